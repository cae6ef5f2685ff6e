import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it, vi } from "vitest";
import { type Answer, apply, aServer, aTransport, json, object, ref, reset, status } from "./a-server.ts";

const page: Answer = (_, response) => response.writeHead(200).end("<html>canary</html>");
const badGateway: Answer = (_, response) => response.writeHead(502).end("<html>canary</html>");
const halfJson: Answer = (_, response) => response.writeHead(200).end('{"metadata":{"name":"canary"');
const cutBody: Answer = (request, response) => {
  response.writeHead(200, { "content-length": "500" });
  response.write('{"metadata":', () => request.socket.destroy());
};
const hang: Answer = () => {};
const after = (seconds: number) => ({ "retry-after": String(seconds) });

/** What a server does with each call, and what must come of a read and of a write: kind, calls, waits, certainty. */
const faults = [
  ["409", status(409), "conflict", 1, 1, [], true],
  ["410", status(410), "gone", 1, 1, [], true],
  ["422", status(422), "invalid", 1, 1, [], true],
  ["403", status(403), "forbidden", 1, 1, [], true],
  ["429", status(429), "tooMany", 3, 3, [200, 400], true],
  ["429 with Retry-After: 7", status(429, after(7)), "tooMany", 3, 3, [7_000, 7_000], true],
  ["429 with Retry-After: 86400", status(429, after(86_400)), "tooMany", 3, 3, [30_000, 30_000], true],
  ["429 with Retry-After: -1", status(429, after(-1)), "tooMany", 3, 3, [200, 400], true],
  ["500", status(500), "unavailable", 3, 1, [200, 400], false],
  ["502 with a page", badGateway, "unavailable", 3, 1, [200, 400], false],
  ["503", status(503), "unavailable", 3, 1, [200, 400], false],
  ["503 with Retry-After: 1", status(503, after(1)), "unavailable", 3, 1, [1_000, 1_000], false],
  ["504", status(504), "timeout", 3, 1, [200, 400], false],
  ["a reset", reset, "network", 3, 1, [200, 400], false],
  ["a body that is cut", cutBody, "network", 3, 1, [200, 400], false],
  ["200 with half a JSON", halfJson, "protocol", 1, 1, [], false],
  ["200 with a page", page, "protocol", 1, 1, [], false],
] as const;

describe("T-F02 a call that fails", () => {
  it.each(faults)("by %s is read again as often as that may help", async (_, answer, kind, reads, __, waits) => {
    const { kube, seen, slept } = await aServer([answer]);
    await expect(kube.get(ref)).rejects.toMatchObject({ kind });
    expect([seen.length, slept]).toEqual([reads, waits]);
  });

  it.each(faults)(
    "by %s is written again only if it had no effect",
    async (_, answer, kind, __, writes, waits, sure) => {
      const { kube, seen, slept } = await aServer([answer]);
      await expect(apply(kube)).rejects.toMatchObject({ kind, outcomeKnown: sure });
      expect([seen.length, slept]).toEqual([writes, writes === 1 ? [] : waits]);
    },
  );

  it.each(faults)("by %s once is forgotten by a read that may be repeated", async (_, answer, kind, reads) => {
    const { kube, seen } = await aServer([answer, json(200, object)]);
    const read = kube.get(ref);
    if (reads === 1) await expect(read).rejects.toMatchObject({ kind });
    else expect(await read).toEqual(object);
    expect(seen).toHaveLength(reads === 1 ? 1 : 2);
  });

  it.each(faults)("by %s says nothing of the answer's body", async (_, answer) => {
    const { kube } = await aServer([answer]);
    const error = await kube.get(ref).then(
      () => expect.unreachable("it succeeded"),
      (why: Error) => why,
    );
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("canary");
    expect(error.message.length).toBeLessThanOrEqual(512);
  });

  it.each(["get", "apply"] as const)("by hanging ends at its deadline: %s", async (verb) => {
    const clock = manualClock();
    const { kube, seen } = await aServer([hang], { clock });
    const call = verb === "get" ? kube.get(ref) : apply(kube);
    const failed = expect(call).rejects.toMatchObject({ kind: "timeout", outcomeKnown: verb === "get" });
    for (let n = 1; n <= (verb === "get" ? 3 : 1); n += 1) {
      await vi.waitFor(() => expect(seen).toHaveLength(n));
      await clock.advance(14_999);
      expect(clock.pending()).toBeGreaterThan(1); // its deadline, and the next reading of the credentials
      await clock.advance(1);
    }
    await failed;
  });

  it("by answering drop after drop ends at the same deadline", async () => {
    const clock = manualClock();
    let more = () => {};
    const drops: Answer = (_, response) => {
      more = () => void response.write(" ");
      more();
    };
    const { kube, seen } = await aServer([drops], { clock });
    const failed = expect(apply(kube)).rejects.toMatchObject({ kind: "timeout", outcomeKnown: false });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    for (let n = 0; n < 15; n += 1) {
      more();
      await clock.advance(1_000);
    }
    await failed;
  });

  it("before its connection stands was never written, so a write is repeated", async () => {
    let tried = 0;
    const server = createServer((socket) => {
      tried += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // listens on TCP
    const { kube } = await aTransport(`https://127.0.0.1:${port}`);
    await expect(apply(kube)).rejects.toMatchObject({ kind: "network", outcomeKnown: true });
    expect(tried).toBe(3);
    await new Promise((resolve) => server.close(resolve));
  });

  it("because the caller gave up leaves open what became of a write, and nothing of a read", async () => {
    const why = new Error("the reconcile took too long");
    for (const verb of ["get", "apply"] as const) {
      const stop = new AbortController();
      const { kube } = await aServer([() => stop.abort(why)]);
      const call = verb === "get" ? kube.get(ref, { signal: stop.signal }) : apply(kube, stop.signal);
      if (verb === "get") await expect(call).rejects.toBe(why);
      else await expect(call).rejects.toMatchObject({ kind: "timeout", outcomeKnown: false });
    }
  });

  it("by 401 is done once more with new credentials, whatever failed before", async () => {
    const { kube, seen } = await aServer([status(503), status(401), json(200, object)]);
    expect(await kube.get(ref)).toEqual(object);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer old", "Bearer new"]);
  });
});
