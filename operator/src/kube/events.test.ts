import { describe, expect, it } from "vitest";
import { aCluster, silent } from "./a-world.ts";
import { createEvents } from "./events.ts";
import { KubeError, type Live } from "./kube.ts";

const resource = { group: "events.k8s.io", version: "v1", kind: "Event", plural: "events", namespaced: true };
const about = (uid = "u1"): Live => ({
  apiVersion: "v1",
  kind: "Widget",
  metadata: { name: "w", namespace: "n", uid },
});
const happening = (message: string) => ({ type: "Warning", reason: "CrashLoop", message }) as const;

function world() {
  const { clock, kube, metrics, registry } = aCluster();
  const events = createEvents({ kube, clock, metrics, log: silent, reporter: "pod-1" });
  const sent = async () => {
    const all: Live[] = [];
    for await (const { items } of kube.list(resource, { limit: 5_000 })) all.push(...items);
    return all;
  };
  return { clock, kube, events, sent, registry };
}

describe("events", () => {
  it("say what happened to whom", async () => {
    const { clock, events, sent } = world();
    events.record(about(), happening("It fell over."));
    await clock.advance(1_000);
    expect(await sent()).toMatchObject([
      {
        type: "Warning",
        reason: "CrashLoop",
        note: "It fell over.",
        regarding: { kind: "Widget", name: "w", uid: "u1" },
        reportingInstance: "pod-1",
      },
    ]);
  });

  it("become one series when they repeat, written every 5 min", async () => {
    const { clock, events, sent, kube } = world();
    for (let n = 0; n < 50; n += 1) events.record(about(), happening("again"));
    await clock.advance(60_000);
    expect(kube.calls).toHaveLength(1);
    await clock.advance(300_000);
    expect(await sent()).toMatchObject([{ series: { count: 50 } }]);
    await clock.advance(1_200_000);
    expect(kube.calls.filter((call) => call.startsWith("apply"))).toHaveLength(2);
  });

  it("are few about one object, and count what was dropped", async () => {
    const { clock, events, kube, registry } = world();
    for (let n = 0; n < 100; n += 1) events.record(about(), happening(`message ${n}`));
    await clock.advance(20_000);
    expect(kube.calls).toHaveLength(10);
    expect(await registry.getSingleMetricAsString("skypanel_events_dropped_total")).toContain(
      "skypanel_events_dropped_total 90",
    );
  });

  it("go on about one object, one every 30 s", async () => {
    const { clock, events, kube } = world();
    for (let n = 0; n < 60; n += 1) {
      for (let m = 0; m < 5; m += 1) events.record(about(), happening(`message ${n} ${m}`));
      await clock.advance(10_000);
    }
    expect(kube.calls).toHaveLength(10 + 600 / 30 - 1);
  });

  it("do not run dry when thousands of things have happened", async () => {
    const { clock, events, sent } = world();
    for (let n = 0; n < 3_000; n += 1) {
      events.record(about(`u${n}`), happening("x"));
      await clock.advance(60);
    }
    events.record(about("late"), happening("still told"));
    await clock.advance(1_000);
    expect(await sent()).toContainEqual(expect.objectContaining({ note: "still told" }));
  });

  it("beyond a thousand that wait drop the oldest", async () => {
    const { clock, events, sent, registry } = world();
    for (let n = 0; n < 1_500; n += 1) events.record(about(`u${n}`), happening(`event ${n}`));
    await clock.advance(120_000);
    const notes = (await sent()).map((event) => (event as Live & { note: string }).note);
    expect([notes.length, notes.includes("event 1499"), notes.includes("event 1")]).toEqual([1_001, true, false]);
    expect(await registry.getSingleMetricAsString("skypanel_events_dropped_total")).toContain("total 499");
  });

  it("tell at the end what was repeated since the last writing", async () => {
    const { clock, events, sent } = world();
    for (let n = 0; n < 5; n += 1) events.record(about(), happening("again"));
    await clock.advance(1_000);
    await events.flush();
    expect(await sent()).toMatchObject([{ series: { count: 5 } }]);
  });

  it("have a note of 1,024 bytes and of what can be printed", async () => {
    const { clock, events, sent } = world();
    events.record(about(), happening(`a\n\u202Eb${"é".repeat(2_000)}`));
    await clock.advance(1_000);
    const [event] = (await sent()) as (Live & { note: string })[]; // of that collection
    expect(event?.note.startsWith("a bé")).toBe(true);
    expect(Buffer.byteLength(event?.note ?? "")).toBeLessThanOrEqual(1_024);
    expect(event?.note).not.toContain("\uFFFD");
  });

  it("go out at 20 a second at most", async () => {
    const { clock, events, kube } = world();
    for (let n = 0; n < 500; n += 1) events.record(about(`u${n}`), happening("x"));
    await clock.advance(5_000);
    expect(kube.calls.length).toBeLessThanOrEqual(101);
    expect(kube.calls.length).toBeGreaterThan(90);
  });

  it("are dropped when the API refuses them, and nobody fails", async () => {
    const { clock, events, kube, sent } = world();
    kube.failNext("events", new KubeError("forbidden", "no"));
    events.record(about("u1"), happening("lost"));
    events.record(about("u2"), happening("kept"));
    await clock.advance(1_000);
    expect(await sent()).toMatchObject([{ note: "kept" }]);
  });
});
