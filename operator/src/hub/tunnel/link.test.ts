import { createLog } from "@skypanel/runtime/log.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hubMetrics } from "../metrics.ts";
import { type AFarEnd, aFarEnd } from "./a-far-end.ts";
import { aShop, inShop } from "./a-shop.ts";
import { tunnel } from "./link.ts";
import { logs } from "./logs.ts";

let far: AFarEnd;
let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort(new Error("the test is over"));
  await far.close();
});

/** A pod's log that begins with one line and does not end. */
async function* quietLog(signal: AbortSignal) {
  yield Buffer.from("2030-01-01T00:00:00Z hello\n");
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/** The operator's end of a tunnel to `far`, over the store of a shop. */
function atWork(
  stream = async (_path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> => quietLog(signal),
) {
  const clock = manualClock();
  const log = createLog({ name: "test", level: "silent" });
  const registry = new Registry();
  const poke = vi.fn();
  const forget = vi.fn();
  const paths: string[] = [];
  const opened = (path: string, signal: AbortSignal) => {
    paths.push(path);
    return stream(path, signal);
  };
  const way = tunnel({
    url: far.url,
    credential: { token: () => `token-${forget.mock.calls.length}`, forget },
    handlers: { poke, logs: logs({ store: aShop(), stream: opened, clock, log }) },
    ...{ clock, log, random: () => 0, metrics: hubMetrics(registry) },
  });
  const running = way.run(stop.signal);
  const streams = async () => (await registry.getSingleMetric("skypanel_tunnel_streams")?.get())?.values[0]?.value;
  return { clock, way, running, poke, forget, paths, streams };
}

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 10 });
const isOpen = (count = 1) => eventually(() => expect(far.sockets).toHaveLength(count));
const logOf = (over: object = {}) => `/logs?${new URLSearchParams({ ...inShop, ...over })}`;

const offTheList = [
  ...["/", "/poke/", "/poke?x=1", "/Poke", "/%70oke", "/logs", "/logs/", "//logs", "/metrics", "/exec", "/healthz"],
  ...["/version", "/api", "/api/v1", "/apis", "/openapi/v2", "/readyz", "/configz", "/debug/pprof", "/*"],
  "/api/v1/secrets",
  "/api/v1/namespaces/sp-shop/secrets/variables",
  "/api/v1/namespaces/sp-shop/pods/web-1/log",
  "/api/v1/namespaces/sp-shop/pods/web-1/exec?command=sh",
  "/api/v1/namespaces/sp-shop/pods/web-1/attach",
  "/api/v1/namespaces/sp-shop/pods/web-1/portforward?ports=80",
  "/api/v1/namespaces/sp-shop/pods/web-1/proxy/",
  "/api/v1/nodes/local/proxy/logs/",
  "/apis/paas.skypanel.io/v1alpha1/apps",
  "/exec?tenant=shop&namespace=sp-shop&app=web&command=sh",
  "/logs/../api/v1/secrets",
  "/logs/%2e%2e/api/v1/secrets",
  `/logs?${"x".repeat(4_000)}`,
  logOf({ tenant: "other" }),
  logOf({ namespace: "sp-other" }),
  logOf({ tenant: "other", namespace: "sp-other" }),
  logOf({ tenant: "shop", namespace: "sp-other", app: "api" }),
  logOf({ namespace: "kube-system" }),
  logOf({ namespace: "skypanel-system" }),
  logOf({ app: "nothing" }),
  logOf({ app: "" }),
  logOf({ app: "../../secrets/x" }),
  logOf({ app: "__proto__" }),
  logOf({ container: "sidecar" }),
  logOf({ tail: "1001" }),
  logOf({ since: "yesterday" }),
  logOf({ previous: "1" }),
  `${logOf()}&tenant=other`,
];
const refusals: readonly (readonly [string, string])[] = [
  ...offTheList.map((path) => ["GET", path] as const),
  ...["/", "/logs", "/exec", "/metrics", "/api/v1/namespaces", logOf()].map((path) => ["POST", path] as const),
  ...["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"].map((method) => [method, "/poke"] as const),
  ...["PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => [method, logOf()] as const),
];

describe("a tunnel in foreign hands", { timeout: 60_000 }, () => {
  it("T-A16 answers sixty requests off the list with one 404", async () => {
    far = await aFarEnd();
    const { poke, paths } = atWork();
    await isOpen();
    expect(new Set(refusals.map((words) => words.join(" "))).size).toBeGreaterThanOrEqual(60);
    const answers = [];
    for (const [method, path] of refusals) {
      const body = method === "GET" || method === "DELETE" ? undefined : "x".repeat(100_000);
      answers.push(await far.ask(method, path, body));
    }
    const [first] = answers;
    expect(first).toMatchObject({ status: 404, text: '{"error":"not found"}\n' });
    expect(answers.filter((answer) => JSON.stringify(answer) !== JSON.stringify(first))).toEqual([]);
    expect(poke).not.toHaveBeenCalled();
    expect(paths).toEqual([]);
  });

  it("T-A16 has sixty-four requests at once, and one more when one ends", async () => {
    far = await aFarEnd();
    const { streams } = atWork();
    await isOpen();
    let answered = 0;
    const read = () => {
      const stream = far.session().request({ ":path": logOf() }, { endStream: true });
      stream.on("error", () => {}).once("data", () => (answered += 1));
      return stream;
    };
    const open = Array.from({ length: 64 }, read);
    await eventually(() => expect(answered).toBe(64));
    const late = read();
    for (let trip = 0; trip < 10; trip += 1) await new Promise((resolve) => far.session().ping(resolve));
    expect(answered).toBe(64);
    open[0]?.close();
    open[1]?.close();
    await eventually(async () => expect(await streams()).toBeLessThanOrEqual(63));
    late.close();
    open.push(read());
    await eventually(() => expect(answered).toBeGreaterThanOrEqual(65));
    expect(await streams()).toBeLessThanOrEqual(64);
    for (const stream of open) stream.close();
    await eventually(async () => expect(await streams()).toBe(0));
  });

  it("takes a poke, whatever comes with it", async () => {
    far = await aFarEnd();
    const { poke } = atWork();
    await isOpen();
    expect(await far.ask("POST", "/poke", "x".repeat(1_000_000))).toMatchObject({ status: 204, text: "" });
    expect(poke).toHaveBeenCalledExactlyOnceWith();
  });

  it("T-L08 costs a reader who stands still lines, and the operator nothing", async () => {
    far = await aFarEnd();
    const total = 1_000;
    const line = (n: number) => `2030-01-01T00:00:00.${String(n).padStart(9, "0")}Z ${n} ${"x".repeat(1_000)}\n`;
    let given = 0;
    const flood = async function* () {
      for (; given < total; given += 1) yield Buffer.from(line(given));
    };
    const { clock } = atWork(async () => flood());
    await isOpen();
    const stream = far.session().request({ ":path": logOf() }, { endStream: true });
    stream.pause();
    await eventually(async () => {
      await clock.advance(100_000); // the source waits a second for each line, then goes on without the reader
      expect(given).toBe(total);
    });
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    stream.resume();
    const frames = () =>
      text
        .split("\n")
        .slice(0, -1)
        .map((json) => JSON.parse(json));
    const seen = () =>
      frames().reduce((sum, { t, lines }) => sum + (t === "line" ? 1 : t === "dropped" ? Number(lines) : 0), 0);
    await eventually(async () => {
      await clock.advance(60_000);
      expect(seen()).toBe(total);
    });
    expect(frames().some(({ t }) => t === "dropped")).toBe(true);
    expect(text.length).toBeLessThan(600_000); // of 1 MB: the buffer, and one window of HTTP/2
    stream.close();
  });
});

describe("a tunnel that cannot be", { timeout: 60_000 }, () => {
  it("T-F15 is asked for again after 1, 2, 4, … 20 to 30 s", async () => {
    far = await aFarEnd();
    far.refuseWith(503);
    const { clock } = atWork();
    const waits = [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000];
    for (const [tries, wait] of waits.entries()) {
      await eventually(() => expect(far.asked).toHaveLength(tries + 1));
      await eventually(() => expect(clock.pending()).toBe(1));
      await clock.advance(wait - 1);
      expect(far.asked).toHaveLength(tries + 1);
      await clock.advance(1);
    }
    far.refuseWith(undefined);
    await eventually(() => expect(far.asked).toHaveLength(waits.length + 1));
    await clock.advance(20_000);
    await isOpen();
  });

  it("signs anew after a 401, and only then", async () => {
    far = await aFarEnd();
    far.refuseWith(401);
    const { clock } = atWork();
    await eventually(() => expect(clock.pending()).toBe(1));
    far.refuseWith(503);
    await clock.advance(1_000);
    await eventually(() => expect(clock.pending()).toBe(1));
    far.refuseWith(undefined);
    await clock.advance(2_000);
    await isOpen();
    expect(far.asked).toEqual(["Bearer token-0", "Bearer token-1", "Bearer token-1"]);
  });

  it("T-F15 is given up after 45 s of silence, and opened anew", async () => {
    far = await aFarEnd({ isMute: true });
    const { clock, way } = atWork();
    await isOpen();
    await eventually(() => expect(way.isOpen()).toBe(true));
    // Whatever both ends had to say to begin with has arrived: from here on there is silence.
    for (const _ of ["settings", "their acknowledgement"]) await far.ask("POST", "/poke");
    const pings = vi.fn();
    far.sockets[0]?.on("ping", pings);
    for (const count of [1, 2]) {
      await clock.advance(15_000);
      await eventually(() => expect(pings).toHaveBeenCalledTimes(count));
    }
    expect(way.isOpen()).toBe(true);
    await clock.advance(15_000);
    await eventually(() => expect(way.isOpen()).toBe(false));
    await eventually(() => expect(clock.pending()).toBe(1));
    await clock.advance(1_000);
    await isOpen(2);
  });

  it("stays while pings are answered, whatever the wall clock does", async () => {
    far = await aFarEnd();
    const { clock, way } = atWork();
    await isOpen();
    const pongs = vi.fn();
    far.sockets[0]?.on("ping", pongs);
    for (let beat = 1; beat <= 20; beat += 1) {
      clock.jump(Date.UTC(2020 + beat, 5, 1));
      await clock.advance(15_000);
      await eventually(() => expect(pongs).toHaveBeenCalledTimes(beat));
      await far.ask("POST", "/poke"); // its answer says that the pong has arrived before it
    }
    expect(way.isOpen()).toBe(true);
    expect(far.asked).toHaveLength(1);
  });
});
