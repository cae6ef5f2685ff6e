import { afterEach, describe, expect, it, vi } from "vitest";
import { bookmark, ends, line, aReflection as open, says, thing, whole } from "./a-reflection.ts";
import { type Answer, json, reset, status } from "./a-server.ts";
import { pods } from "./resources.ts";

const stops: (() => Promise<void>)[] = [];
const aReflection: typeof open = async (...given) => {
  const one = await open(...given);
  stops.push(async () => {
    one.stop.abort(new Error("over"));
    await one.reflector.ended;
  });
  return one;
};
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
const old = says(line("ADDED", thing("a", 4)), whole(10));
const fresh = says(line("ADDED", thing("b", 20)), whole(20));

describe("the initial state", () => {
  it("is streamed at no older version than now, and the watch goes on from its end", async () => {
    const { holds, queries, clock, asked } = await aReflection([ends(line("ADDED", thing("a", 4)), whole(10)), says()]);
    await holds("a@4");
    await clock.advance(1_000);
    await asked(2);
    const [first, second] = queries();
    expect(first).toMatchObject({ resourceVersion: "", sendInitialEvents: "true", allowWatchBookmarks: "true" });
    expect(first).toMatchObject({ resourceVersionMatch: "NotOlderThan", timeoutSeconds: "450" });
    expect(second).toMatchObject({ resourceVersion: "10", timeoutSeconds: "450" });
    expect(second).not.toHaveProperty("sendInitialEvents");
  });

  it("holds what happened while it was streamed", async () => {
    const lines = [
      line("ADDED", thing("a", 4)),
      line("ADDED", thing("b", 5)),
      line("DELETED", thing("a", 11)),
      line("MODIFIED", thing("b", 12)),
      whole(12),
    ];
    const { holds } = await aReflection([says(...lines)]);
    await holds("b@12");
  });

  it("changes nothing when it is cut short, and is read again", async () => {
    const { asked, clock, names, holds, relists } = await aReflection([ends(line("ADDED", thing("a", 4))), fresh]);
    await asked(1);
    await vi.waitFor(() => expect(clock.pending()).toBe(2)); // the credentials, and the back-off
    expect(names()).toEqual([]);
    await clock.advance(800);
    await holds("b@20");
    expect(await relists()).toEqual({});
  });

  it.each([
    ["400", 400, undefined, "500"],
    ["422", 422, pods, "100"],
  ])("is listed in pages where the server cannot stream it: %s", async (_, code, resource, limit) => {
    const page = (items: object[], next: string) =>
      json(200, { metadata: { resourceVersion: "10", continue: next }, items });
    const answers = [status(code), page([thing("a", 4)], "more"), page([thing("b", 5)], ""), says(bookmark(11))];
    const { holds, queries, asked } = await aReflection(answers, resource);
    await holds("a@4", "b@5");
    await asked(4);
    const [, first, second, watch] = queries();
    expect([first, second]).toEqual([{ limit }, { limit, continue: "more" }]); // no version: never an old one
    expect(watch).toMatchObject({ watch: "true", resourceVersion: "10" });
  });

  it("is not exchanged for half a list", async () => {
    const first = json(200, { metadata: { resourceVersion: "10", continue: "more" }, items: [thing("a", 4)] });
    const { asked, names, reflector } = await aReflection([status(422), first, status(403)]);
    await asked(3);
    expect([names(), reflector.isSynced()]).toEqual([[], false]);
  });
});

describe("T-F05 a watch that goes wrong", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["a line that cannot be parsed", '{"type":"ADD\n', "unparsable"],
    ["a line that is too long", line("ADDED", { ...thing("x", 11), data: "x".repeat(4 * 1024 * 1024) }), "too long"],
    ["an object without uid", line("ADDED", { metadata: { name: "x", resourceVersion: "11" } }), "no uid"],
    ["an object without name", line("ADDED", { metadata: { uid: "x", resourceVersion: "11" } }), "no uid"],
    ["an unknown type", line("RENAMED", thing("x", 11)), "unknown type"],
  ];

  it.each(rows)("by %s counts it and reads all again, at once", async (_, bad, cause) => {
    const { holds, relists, parseErrors } = await aReflection([
      says(line("ADDED", thing("a", 4)), whole(10), bad),
      fresh,
    ]);
    await holds("b@20");
    expect([await relists(), await parseErrors()]).toEqual([{ [cause]: 1 }, { all: 1 }]);
  });

  it.each([
    ["an object", line("MODIFIED", thing("a", 9))],
    ["a bookmark", bookmark(9)],
    ["an object after its successor", line("MODIFIED", thing("a", 12)) + line("MODIFIED", thing("a", 11))],
  ])("by going back in time with %s reads all again", async (_, back) => {
    const { holds, relists } = await aReflection([says(line("ADDED", thing("a", 4)), whole(10), back), fresh]);
    await holds("b@20");
    expect(await relists()).toEqual({ "went back": 1 });
  });

  it("by 410 as an event reads all again, at once", async () => {
    const gone = line("ERROR", { kind: "Status", code: 410, reason: "Expired" });
    const { holds, relists } = await aReflection([says(line("ADDED", thing("a", 4)), whole(10), gone), fresh]);
    await holds("b@20");
    expect(await relists()).toEqual({ gone: 1 });
  });

  it("by 410 as a status reads all again, at once", async () => {
    const first = ends(line("ADDED", thing("a", 4)), whole(10));
    const { holds, relists, clock } = await aReflection([first, status(410), fresh]);
    await holds("a@4");
    await vi.waitFor(() => expect(clock.pending()).toBe(2));
    await clock.advance(1_000);
    await holds("b@20");
    expect(await relists()).toEqual({ gone: 1 });
  });

  it("by a storm of 410 asks less and less", async () => {
    const { asked, clock, seen, relists } = await aReflection([status(410)]);
    await asked(2); // the first time at once
    for (let second = 0; second < 120; second += 1) {
      await clock.advance(1_000);
      await vi.waitFor(() => expect(clock.pending()).toBeGreaterThan(1));
    }
    expect(seen.length).toBeLessThanOrEqual(12);
    expect(await relists()).toEqual({ gone: seen.length });
  });

  it.each([
    ["429 with Retry-After", status(429, { "retry-after": "20" }), 20_000, "tooMany"],
    ["500", status(500), 800, "unavailable"],
    ["403", status(403), 800, "forbidden"],
    ["a reset", reset, 800, "network"],
  ])("by %s opens again later, without reading all", async (_, answer, waitMs, cause) => {
    const again = says(line("ADDED", thing("b", 11)));
    const { asked, clock, holds, relists, restarts } = await aReflection([
      ends(line("ADDED", thing("a", 4)), whole(10)),
      ...[answer, again],
    ]);
    await asked(1);
    await vi.waitFor(() => expect(clock.pending()).toBe(2));
    await clock.advance(1_000);
    await asked(2);
    await vi.waitFor(() => expect(clock.pending()).toBe(2));
    await clock.advance(waitMs - 1);
    await asked(2);
    await clock.advance(1);
    await holds("a@4", "b@11");
    expect([await relists(), await restarts()]).toEqual([{}, { ended: 1, [cause]: 1 }]);
  });

  it("by half a line takes the event from the next watch, without reading all", async () => {
    const half: Answer = (request, response) =>
      void response.write(`${line("ADDED", thing("a", 4))}${whole(10)}{"type":"ADD`, () => request.socket.destroy());
    const { asked, clock, holds, relists } = await aReflection([half, says(line("ADDED", thing("b", 11)))]);
    await holds("a@4");
    await vi.waitFor(() => expect(clock.pending()).toBe(2));
    await clock.advance(800);
    await asked(2);
    await holds("a@4", "b@11");
    expect(await relists()).toEqual({});
  });

  it("by silence is ended after 150 s and opened again", async () => {
    const { asked, clock, holds, relists, restarts } = await aReflection([old, says(line("ADDED", thing("b", 11)))]);
    await holds("a@4");
    await clock.advance(149_999);
    await asked(1);
    await clock.advance(1);
    await vi.waitFor(() => expect(clock.pending()).toBe(2));
    await clock.advance(800);
    await holds("a@4", "b@11");
    expect([await relists(), await restarts()]).toEqual([{}, { timeout: 1 }]);
  });

  it("by a second end of the initial state takes it for a bookmark", async () => {
    const { cache, holds } = await aReflection([says(line("ADDED", thing("a", 4)), whole(10), whole(11))]);
    await vi.waitFor(() => expect(cache.version()).toBe("11"));
    await holds("a@4");
  });

  it("keeps in mind that all is to be read when reading it fails", async () => {
    const gone = says(line("ADDED", thing("a", 4)), whole(10), line("RENAMED", thing("x", 11)));
    const { asked, clock, holds, queries } = await aReflection([gone, status(503), fresh]);
    await asked(2);
    await vi.waitFor(() => expect(clock.pending()).toBe(2));
    await clock.advance(1_600);
    await holds("b@20");
    expect(queries().map(({ sendInitialEvents }) => sendInitialEvents)).toEqual(["true", "true", "true"]);
  });

  it("believes that the cluster is older than it was when it says so three times", async () => {
    const restored = says(line("ADDED", thing("a", 2)), whole(3));
    const { asked, clock, holds, names, relists } = await aReflection([
      says(line("ADDED", thing("a", 9)), line("ADDED", thing("b", 9)), whole(10), bookmark(3)),
      restored,
    ]);
    for (const [times, waitMs] of [
      [2, 1_600],
      [3, 3_200],
    ] as const) {
      await asked(times);
      await vi.waitFor(() => expect(clock.pending()).toBe(2));
      expect(names()).toEqual(["a@9", "b@9"]);
      await clock.advance(waitMs);
    }
    await holds("a@2");
    expect(await relists()).toEqual({ "went back": 3 });
  });
});
