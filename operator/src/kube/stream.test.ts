import type { ServerResponse } from "node:http";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it, vi } from "vitest";
import { type Answer, aServer, object, status } from "./a-server.ts";
import { configMaps } from "./resources.ts";

const hang: Answer = () => {};

describe("a stream", () => {
  const watch = (kube: Awaited<ReturnType<typeof aServer>>["kube"]) =>
    kube
      .watch(configMaps, {
        ...{ resourceVersion: "1", initial: false, timeoutSeconds: 300, signal: new AbortController().signal },
      })
      [Symbol.asyncIterator]();
  const line = `${JSON.stringify({ type: "ADDED", object })}\n`;
  const speaksOnce: Answer = (_, response) => void response.write(line);

  it("T-F05 that says nothing for 150 s is ended", async () => {
    const clock = manualClock();
    const { kube } = await aServer([speaksOnce], { clock });
    const events = watch(kube);
    expect((await events.next()).value).toMatchObject({ type: "added" });
    const silent = expect(events.next()).rejects.toMatchObject({ kind: "timeout" });
    await clock.advance(149_999);
    await clock.advance(1);
    await silent;
  });

  it("is not taken for silent while its reader is busy", async () => {
    const clock = manualClock();
    const speaking: ServerResponse[] = [];
    const { kube } = await aServer([(_, response) => speaking.push(response) && response.write(line)], { clock });
    const events = watch(kube);
    await events.next();
    await clock.advance(600_000);
    speaking[0]?.write(line);
    expect((await events.next()).value).toMatchObject({ type: "added" });
  });

  it("that does not begin within 30 s is given up", async () => {
    const clock = manualClock();
    const { kube, seen } = await aServer([hang], { clock });
    const silent = expect(watch(kube).next()).rejects.toMatchObject({ kind: "timeout" });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    await clock.advance(30_000);
    await silent;
  });

  it("T-F05 that is refused for an expired token opens at once with the next one", async () => {
    const { kube, seen } = await aServer([status(401), speaksOnce]);
    expect((await watch(kube).next()).value).toMatchObject({ type: "added" });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
  });

  it("counts as a request, by the answer's code", async () => {
    const { kube, registry } = await aServer([status(403)]);
    await expect(watch(kube).next()).rejects.toMatchObject({ kind: "forbidden" });
    const counted = await registry.getSingleMetricAsString("rest_client_requests_total");
    expect(counted).toContain('{method="GET",code="403"} 1');
  });
});
