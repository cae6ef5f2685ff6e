import { once } from "node:events";
import { connect } from "node:net";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Panel, testPanel } from "../../../e2e/harness/panel.ts";
import { type Worker, type Workers, workersOf } from "../../../e2e/harness/workers.ts";
import { hubMetrics } from "../../../operator/src/hub/metrics.ts";
import { tunnel } from "../../../operator/src/hub/tunnel/link.ts";
import type { TunnelHandlers } from "../../../operator/src/hub/tunnel/requests.ts";
import type { LogFrame } from "../contract/agent.ts";

let panel: Panel;
let workers: Workers;
let stop: AbortController;
beforeAll(async () => {
  panel = await testPanel();
  workers = workersOf(panel);
});
afterEach(() => stop.abort());
afterAll(() => panel.close());

const log = createLog({ name: "test", level: "silent" });
const signal = AbortSignal.timeout(60_000);
const noLogs: TunnelHandlers["logs"] = async () => false;
const query = { tenant: "shop", namespace: "shop", app: "web" };

/** Opens the worker's tunnel and waits until the control plane has it. */
async function open(worker: Worker & { clusterId: string }, handlers: Partial<TunnelHandlers> = {}) {
  stop = new AbortController();
  const link = tunnel({
    url: new URL(panel.url),
    credential: worker.credential,
    handlers: { poke: () => {}, logs: noLogs, ...handlers },
    clock: systemClock,
    random: Math.random,
    log,
    metrics: hubMetrics(createMetrics("test")),
  });
  const running = link.run(stop.signal);
  await vi.waitFor(() => expect(panel.links.find(worker.clusterId)).toBeDefined());
  return { link, running };
}

const linkOf = (clusterId: string) => {
  const link = panel.links.find(clusterId);
  if (link === undefined) throw new Error("the tunnel is not open");
  return link;
};

async function collect(frames: AsyncIterable<LogFrame>): Promise<LogFrame[]> {
  const all: LogFrame[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
}

describe("the tunnel", () => {
  it("carries a poke when the journal grew", async () => {
    const worker = await workers.joined("poked");
    const poke = vi.fn();
    await open(worker, { poke });
    await panel.database.owner("select pg_notify('desired', $1)", [worker.clusterId]);
    await vi.waitFor(() => expect(poke).toHaveBeenCalledTimes(1));
  });

  it("pokes nobody else", async () => {
    const bystander = await workers.joined("bystander");
    const poked = await workers.joined("moved");
    const poke = vi.fn();
    const other = vi.fn();
    await open(bystander, { poke: other });
    const first = stop;
    await open(poked, { poke });
    await panel.database.owner("select pg_notify('desired', $1)", [poked.clusterId]);
    await vi.waitFor(() => expect(poke).toHaveBeenCalledTimes(1));
    expect(other).not.toHaveBeenCalled();
    first.abort();
  });

  it("carries a log stream to its end", async () => {
    const worker = await workers.joined("logging");
    const line = { t: "line", instance: "web-1", at: "2030-01-01T00:00:00.000000001Z", text: "grüß 👋" } as const;
    const logs: TunnelHandlers["logs"] = async (asked, sink) => {
      sink.write(`${JSON.stringify({ ...line, text: `${line.text} ${asked.app} ${asked.tail}` })}\n`);
      return true;
    };
    await open(worker, { logs });
    const frames = await collect(await linkOf(worker.clusterId).logs({ ...query, tail: 5 }, signal));
    expect(frames).toEqual([{ ...line, text: "grüß 👋 web 5" }]);
  });

  it("tells the operator when the reader leaves", async () => {
    const worker = await workers.joined("leaving");
    const left = vi.fn();
    const logs: TunnelHandlers["logs"] = async (_query, sink, gone) => {
      sink.write('{"t":"source","instance":"web-1","state":"opened","reason":null}\n');
      await once(gone, "abort").then(left);
      return true;
    };
    await open(worker, { logs });
    const reader = new AbortController();
    const frames = await linkOf(worker.clusterId).logs(query, reader.signal);
    for await (const frame of frames) {
      expect(frame.t).toBe("source");
      break;
    }
    reader.abort();
    await vi.waitFor(() => expect(left).toHaveBeenCalled());
  });

  it("answers an unknown app like a missing one", async () => {
    const worker = await workers.joined("unknown");
    await open(worker);
    await expect(linkOf(worker.clusterId).logs(query, signal)).rejects.toMatchObject({ name: "NotFound" });
  });

  it("ends a stream whose frames are not frames", async () => {
    const worker = await workers.joined("lying");
    const logs: TunnelHandlers["logs"] = async (_query, sink) => {
      sink.write('{"t":"line","instance":"web-1","__proto__":{"admin":true}}\n');
      return true;
    };
    await open(worker, { logs });
    const frames = await linkOf(worker.clusterId).logs(query, signal);
    await expect(collect(frames)).rejects.toThrow();
  });

  it("is opened again after it broke", async () => {
    const worker = await workers.joined("broken");
    const { link } = await open(worker);
    const first = linkOf(worker.clusterId);
    first.close();
    await vi.waitFor(() => expect(panel.links.find(worker.clusterId)).not.toBe(first));
    await vi.waitFor(() => expect(panel.links.find(worker.clusterId)).toBeDefined(), { timeout: 5_000 });
    await vi.waitFor(() => expect(link.isOpen()).toBe(true));
  });

  it("is taken over by the newest connection", async () => {
    const worker = await workers.joined("twin");
    await open(worker);
    const [first, older] = [linkOf(worker.clusterId), stop];
    const poke = vi.fn();
    await open(worker, { poke });
    await vi.waitFor(() => expect(panel.links.find(worker.clusterId)).not.toBe(first));
    older.abort();
    await linkOf(worker.clusterId).poke();
    expect(poke).toHaveBeenCalledTimes(1);
  });
});

describe("an upgrade", () => {
  const upgrade = async (path: string, authorization: string): Promise<string> => {
    const socket = connect(Number(new URL(panel.url).port), "127.0.0.1");
    const lines = [`GET ${path} HTTP/1.1`, "host: panel", "connection: Upgrade", "upgrade: websocket"];
    const key = ["sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version: 13"];
    socket.write([...lines, ...key, `authorization: ${authorization}`, "", ""].join("\r\n"));
    const [answer] = await once(socket, "data");
    socket.destroy();
    return String(answer).split("\r\n", 1)[0] ?? "";
  };

  it("is refused without a credential, and elsewhere", async () => {
    stop = new AbortController();
    const { credential } = await workers.joined("elsewhere");
    expect(await upgrade("/agent/v1/tunnel", "")).toBe("HTTP/1.1 401 Unauthorized");
    expect(await upgrade("/agent/v1/tunnel", "Bearer a.b.c")).toBe("HTTP/1.1 401 Unauthorized");
    const good = `Bearer ${credential.token()}`;
    expect(await upgrade("/api/v1/events", good)).toBe("HTTP/1.1 404 Not Found");
    expect(await upgrade("/agent/v1/tunnel?cluster=other", good)).toBe("HTTP/1.1 404 Not Found");
  });
});
