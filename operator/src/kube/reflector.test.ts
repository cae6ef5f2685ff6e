import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aCluster, silent } from "./a-world.ts";
import { KubeError, type Live, type Ref } from "./kube.ts";
import { startReflector } from "./reflector.ts";
import { configMaps, namespaces } from "./resources.ts";
import { shapeOf } from "./shape.ts";
import { keyOf, table } from "./table.ts";

const ref = (name: string): Ref => ({ resource: configMaps, namespace: "n", name });

function aReflector() {
  const cluster = { ...aCluster(), names: new Set<string>() };
  const { clock, kube, metrics, random, registry } = cluster;
  const cache = table(configMaps);
  const stop = new AbortController();
  const reflector = startReflector({
    ...{ kube, clock, metrics, random, log: silent, table: cache, signal: stop.signal },
    shape: shapeOf(namespaces),
  });
  const truth = () => [...cluster.names].map((name) => kube.find(ref(name))).filter((one) => one !== undefined);
  const edit = (name: string, value: string) => {
    cluster.names.add(name);
    kube.edit(ref(name), { metadata: {}, data: { value } });
  };
  const text = (objects: Iterable<Live>) =>
    [...objects].map((one) => `${keyOf(one)}@${one.metadata.resourceVersion}`).sort();
  const opened = () => kube.calls.filter((call) => call.startsWith("watch")).length;
  const relists = () => registry.getSingleMetricAsString("skypanel_reflector_relists_total");
  return { ...cluster, cache, reflector, stop, truth, edit, text, opened, relists };
}

describe("a reflector", () => {
  it("holds the truth when all is quiet, whatever happened before", async () => {
    const step = fc.record({
      what: fc.constantFrom("edit", "remove", "cut", "gone", "fail", "broken", "hold", "release", "bookmark", "wait"),
      name: fc.constantFrom("a", "b", "c", "d"),
      value: fc.nat(9),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const world = aReflector();
        const { kube, clock, edit } = world;
        const faults = [
          new KubeError("forbidden", "no"),
          new KubeError("network", "cut"),
          new KubeError("tooMany", "wait", { retryAfterMs: 2_000 }),
          new KubeError("unavailable", "down"),
        ];
        const acts = {
          edit: (name: string, value: number) => edit(name, String(value)),
          remove: (name: string) => kube.find(ref(name)) && kube.remove(ref(name)),
          cut: () => kube.watches.cut(),
          gone: () => {
            kube.watches.compact();
            kube.watches.cut();
          },
          fail: (_: string, value: number) =>
            kube.failNext("watch", faults[value % faults.length] ?? new KubeError("network", "x")),
          broken: () => kube.watches.inject({ type: "broken", why: "half a line" }),
          hold: () => kube.watches.hold(),
          release: () => kube.watches.release(),
          bookmark: () => kube.watches.bookmark(),
          wait: () => {},
        };
        for (const { what, name, value } of steps) {
          acts[what](name, value);
          await clock.advance(value * 200);
        }
        kube.watches.release();
        for (let n = 0; n < 120; n += 1) await clock.advance(1_000);
        expect(world.text(world.cache.all())).toEqual(world.text(world.truth()));
        world.stop.abort(new Error("over"));
        await world.reflector.ended;
      }),
      { numRuns: 100, seed: 8412 },
    );
  });

  it("reads again, from the start, after versions are forgotten", async () => {
    const world = aReflector();
    await world.clock.advance(0);
    world.edit("a", "1");
    world.kube.watches.compact();
    world.kube.watches.cut();
    await world.clock.advance(5_000);
    expect(await world.relists()).toContain('cause="gone"} 1');
    expect(world.text(world.cache.all())).toEqual(world.text(world.truth()));
  });

  it("opens again without reading all when a watch ends", async () => {
    const world = aReflector();
    await world.clock.advance(0);
    await world.clock.advance(10_000);
    world.kube.watches.cut();
    await world.clock.advance(0);
    world.edit("a", "1");
    await world.clock.advance(0);
    expect([world.opened(), world.cache.size()]).toEqual([2, 1]);
    expect(await world.relists()).not.toContain("} ");
  });

  it("waits longer after each failure, at most 45 s, and never gives up", async () => {
    const world = aReflector();
    for (let n = 0; n < 30; n += 1) world.kube.failNext("watch", new KubeError("forbidden", "no"));
    await world.clock.advance(60_000);
    const afterOneMinute = world.opened();
    await world.clock.advance(1_200_000);
    expect(afterOneMinute).toBeLessThan(10);
    expect(world.opened()).toBe(31);
    expect(world.reflector.isSynced()).toBe(true);
  });

  it("obeys Retry-After", async () => {
    const world = aReflector();
    world.kube.failNext("watch", new KubeError("tooMany", "busy", { retryAfterMs: 20_000 }));
    await world.clock.advance(19_000);
    expect(world.opened()).toBe(1);
    await world.clock.advance(2_000);
    expect(world.opened()).toBe(2);
  });

  it("changes nothing for a state that was read by half", async () => {
    const world = aReflector();
    world.edit("a", "1");
    await world.clock.advance(0);
    const before = world.text(world.cache.all());
    const removed: unknown[] = [];
    world.cache.onChange((_, after) => after === undefined && removed.push(after));
    world.kube.watches.compact();
    world.kube.watches.cut();
    world.kube.failNext("watch", new KubeError("network", "cut"));
    await world.clock.advance(500);
    expect(world.text(world.cache.all())).toEqual(before);
    expect(removed).toEqual([]);
  });

  it("says when it has not been spoken to", async () => {
    const world = aReflector();
    await world.clock.advance(0);
    await world.clock.advance(90_000);
    expect(world.reflector.silentMs()).toBe(90_000);
    world.kube.watches.bookmark();
    await world.clock.advance(0);
    expect(world.reflector.silentMs()).toBe(0);
  });
});
