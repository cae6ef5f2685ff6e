import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Loopback, loopback } from "./loopback.ts";
import type { Action, Match } from "./rule.ts";

const watchPath = "/apis/apps/v1/namespaces/shop/deployments?watch=true";
const line = (name: string, type = "MODIFIED") =>
  `${JSON.stringify({ type, object: { metadata: { name, namespace: "shop" } } })}\n`;

let way: Loopback;
let server: ServerResponse;
let watch: IncomingMessage;
/** What the watcher got so far. */
let got: string;
let end: "" | "well" | "broken";

beforeEach(async () => {
  way = await loopback((_, response) => {
    server = response;
    response.writeHead(200);
    response.flushHeaders();
  });
  watch = await way.open(watchPath);
  got = "";
  end = "";
  watch.on("data", (chunk) => {
    got += chunk;
  });
  watch.on("end", () => {
    end = "well";
  });
  watch.on("error", () => {
    end = "broken";
  });
});
afterEach(() => way.close());

const say = (...names: string[]) => server.write(names.map((name) => line(name)).join(""));
const arm = (match: Match, action: Action) =>
  way.proxy.arm({ match: { resource: "deployments", event: {}, ...match }, action });
const untilGot = (...lines: string[]) => vi.waitFor(() => expect(got).toBe(lines.join("")));

test.each([
  ["drop", { type: "drop" }, [line("a"), line("c")]],
  ["lose", { type: "lose" }, [line("a"), line("c")]],
  ["duplicate", { type: "duplicate" }, [line("a"), line("b"), line("b"), line("c")]],
  ["reorder", { type: "reorder" }, [line("a"), line("c"), line("b")]],
  ["delay", { type: "delay", ms: 20 }, [line("a"), line("b"), line("c")]],
  ["answer", { type: "answer", status: 200, body: "410" }, [line("a"), "410\n", line("c")]],
] as const)("%s: the second event of an open watch, no other", async (_, action, lines) => {
  arm({ nth: 2 }, action);
  say("a", "b", "c");
  await untilGot(...lines);
  expect(way.proxy.calls()[0]?.faults).toEqual([action.type]);
});

test("loses a run of events of one object, and no other's", async () => {
  arm({ event: { name: "b", type: "/^(ADDED|MODIFIED)$/" }, from: 2, times: 2 }, { type: "lose" });
  say("b", "b", "a", "b", "b");
  await untilGot(line("b"), line("a"), line("b"));
});

test("hold: an event and all after it wait, in order", async () => {
  const release = arm({ nth: 2 }, { type: "hold" });
  say("a", "b", "c");
  await untilGot(line("a"));
  await vi.waitFor(() => expect(way.proxy.calls()[0]?.faults).toEqual(["hold"]));
  release();
  await untilGot(line("a"), line("b"), line("c"));
});

test.each([
  ["half line", { type: "halfLine" }, line("b").slice(0, Math.ceil(line("b").length / 2)), "broken"],
  ["cut", { type: "cut" }, "", "broken"],
  ["refuse", { type: "refuse" }, "", "broken"],
  ["truncate", { type: "truncate", bytes: 5 }, line("b").slice(0, 5), "well"],
] as const)("%s: the watch ends at its second event", async (_, action, rest, how) => {
  arm({ nth: 2 }, action);
  say("a");
  await untilGot(line("a"));
  say("b");
  await vi.waitFor(() => expect({ got, end }).toEqual({ got: line("a") + rest, end: how }));
});

test("freeze: from its second event on the watch is silent, and open", async () => {
  arm({ nth: 2 }, { type: "freeze" });
  say("a", "b");
  await vi.waitFor(() => expect(way.proxy.calls()[0]?.faults).toEqual(["freeze"]));
  say("c");
  server.end();
  await way.proxy.calls();
  expect({ got, end }).toEqual({ got: line("a"), end: "" });
});

test("freeze, armed on what is open: silent at once", async () => {
  say("a");
  await untilGot(line("a"));
  way.proxy.arm({ match: { verb: "watch", open: true }, action: { type: "freeze" } });
  say("b");
  const next = await way.open(watchPath);
  expect({ got, end, status: next.statusCode }).toEqual({ got: line("a"), end: "", status: 200 });
});

test("refuses a rule that no event can meet", () => {
  expect(() => arm({}, { type: "throttle", bytesPerSecond: 1 })).toThrow("throttle is done to calls");
});
