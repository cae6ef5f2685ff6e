import { randomUUID } from "node:crypto";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { ApiClient } from "../../../e2e/harness/api.ts";
import { type Panel, testPanel } from "../../../e2e/harness/panel.ts";
import { readSse } from "../../../e2e/harness/sse.ts";
import { versions, workersOf } from "../../../e2e/harness/workers.ts";
import { hubMetrics } from "../../../operator/src/hub/metrics.ts";
import { tunnel } from "../../../operator/src/hub/tunnel/link.ts";
import type { LogQuery, LogSink } from "../../../operator/src/hub/tunnel/requests.ts";

let panel: Panel;
let clusterId: string;
const stopTunnel = new AbortController();
const asked: LogQuery[] = [];
/** What the operator answers next: it writes frames, and the log ends when it returns; false for no such app. */
let serve: (sink: LogSink, query: LogQuery, gone: AbortSignal) => Promise<boolean>;
let stop = new AbortController();

beforeAll(async () => {
  panel = await testPanel();
  const worker = await joined();
  clusterId = worker.clusterId;
  const link = tunnel({
    url: new URL(panel.url),
    credential: worker.credential,
    handlers: {
      poke: () => {},
      logs: (query, sink, gone) => {
        asked.push(query);
        return serve(sink, query, gone);
      },
    },
    clock: systemClock,
    random: Math.random,
    log: createLog({ name: "test", level: "silent" }),
    metrics: hubMetrics(createMetrics("test")),
  });
  void link.run(stopTunnel.signal);
  await vi.waitFor(() => expect(panel.links.find(clusterId)).toBeDefined());
});
afterEach(() => {
  stop.abort();
  stop = new AbortController();
  asked.length = 0;
});
afterAll(async () => {
  stopTunnel.abort();
  await panel.close();
});

/** A cluster `one` that was heard, with the app `web` of organisation acme on it. */
async function joined() {
  const worker = await workersOf(panel).joined("one");
  const nothing = { machines: [], checks: [], appliedSeq: null, appliedCommit: null, oldestPendingSeconds: null };
  await worker.controlPlane.heartbeat({ versions, ...nothing }, AbortSignal.timeout(10_000));
  const processes = [{ name: "web", type: "Web" as const, port: 8080 }];
  const body = { name: "web", cluster: "one", image: { reference: "registry.example/web:1" }, processes };
  await panel.admin.call("POST /orgs/{org}/apps", { params: { org: "acme" }, body, idempotencyKey: randomUUID() });
  return worker;
}

const path = "/orgs/acme/apps/web/logs/stream";
const at = (n: number) => `2030-01-01T00:00:00.00000000${n}Z`;
const frame = (n: number, text: string, instance = "web-1") =>
  `${JSON.stringify({ t: "line", instance, at: at(n), text })}\n`;
const open = async (query = "", client: ApiClient = panel.admin) =>
  readSse(await client.open(`${path}${query}`, stop.signal));
const status = async (client: ApiClient, where: string) => (await client.open(where, stop.signal)).status;

describe("the log stream", () => {
  it("shows lines as they come, each with a cursor, and the end", async () => {
    serve = async (sink) => {
      sink.write(frame(1, "one") + frame(2, "two"));
      return true;
    };
    const events = await (await open("?tail=5&instance=web-1")).rest();
    expect(events.map(({ event, data }) => [event, Object(data).text])).toEqual([
      ["line", "one"],
      ["line", "two"],
      ["end", undefined],
    ]);
    expect(events[1]?.id).toBe(Object(events[1]?.data).cursor);
    expect(asked).toEqual([
      { tenant: "acme", namespace: "sp-acme", app: "web", instance: "web-1", tail: 5, previous: "false" },
    ]);
  });

  it("resumes after a cursor, nothing lost or twice", async () => {
    const lines = [
      frame(1, "a1"),
      frame(2, "b1", "web-2"),
      frame(2, "b2", "web-2"),
      frame(3, "a2"),
      frame(4, "b3", "web-2"),
    ];
    serve = async (sink) => {
      sink.write(lines.join(""));
      return true;
    };
    const events = await (await open()).rest();
    const cursors = events.flatMap(({ event, id }) => (event === "line" && id !== undefined ? [id] : []));
    for (const [n, cursor] of cursors.entries()) {
      const rest = (await (await open(`?cursor=${cursor}`)).rest()).filter(({ event }) => event === "line");
      expect(rest.map(({ data }) => Object(data).text)).toEqual(["a1", "b1", "b2", "a2", "b3"].slice(n + 1));
    }
    expect(asked[1]?.since).toBe(at(1));
  });

  it("passes on what was dropped and how instances stand", async () => {
    const dropped = { t: "dropped", instance: "web-1", lines: 7 };
    const source = { t: "source", instance: "web-1", state: "failed", reason: "gone" };
    serve = async (sink) => {
      sink.write(`${JSON.stringify(dropped)}\n${JSON.stringify(source)}\n`);
      return true;
    };
    const events = await (await open()).rest();
    expect(events.map(({ event }) => event)).toEqual(["dropped", "source", "end"]);
    expect(events[0]?.data).toEqual({ instance: "web-1", lines: 7 });
  });

  it("opens for an app that has written nothing yet", async () => {
    serve = async (sink, _query, gone) => {
      sink.open();
      await new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
      return true;
    };
    expect(await status(panel.admin, path)).toBe(200);
  });

  it("lets go of the cluster when the browser leaves", async () => {
    const left = vi.fn();
    serve = async (sink, _query, gone) => {
      sink.write(frame(1, "one"));
      await new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
      left();
      return true;
    };
    await (await open()).next();
    stop.abort();
    await vi.waitFor(() => expect(left).toHaveBeenCalled());
  });

  it("breaks without an end when the tunnel breaks", async () => {
    serve = async (sink, _query, gone) => {
      sink.write(frame(1, "one"));
      await new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
      return true;
    };
    const events = await open();
    await events.next();
    panel.links.find(clusterId)?.close();
    expect(await events.rest()).toEqual([]);
    expect(await status(panel.admin, path)).toBe(503);
    await vi.waitFor(() => expect(panel.links.find(clusterId)).toBeDefined(), { timeout: 5_000 });
  });
});

describe("who may read a log", () => {
  it("T-A01 gives foreign, missing and unknown one 404", async () => {
    serve = async () => false;
    const stranger = await panel.owner("stranger");
    expect(await status(stranger, path)).toBe(404);
    expect(await status(panel.admin, "/orgs/acme/apps/none/logs/stream")).toBe(404);
    expect(await status(panel.admin, path)).toBe(404);
    expect(asked).toHaveLength(1);
  });

  it("keeps it from who only pays", async () => {
    expect(await status(await panel.member("billing"), path)).toBe(403);
    expect(asked).toHaveLength(0);
  });

  it.each(["?tail=1001", "?tail=-1", "?cursor=abc", "?previous=yes", "?unknown=1"])("refuses %s", async (query) => {
    expect(await status(panel.admin, `${path}${query}`)).toBe(400);
    expect(asked).toHaveLength(0);
  });

  it("opens five logs for one user, not six", async () => {
    serve = async (sink, _query, gone) => {
      sink.write(frame(1, "one"));
      await new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
      return true;
    };
    const member = await panel.member("viewer");
    for (let n = 0; n < 5; n += 1) await (await open("", member)).next();
    expect(await status(member, path)).toBe(429);
  });
});
