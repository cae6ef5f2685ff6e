import { describe, expect, it } from "vitest";
import { type Random, replayLine, seeded, seedsOf } from "../../../e2e/harness/seeds.ts";
import { aCluster, silent } from "./a-world.ts";
import { KubeError, type Live, type Ref } from "./kube.ts";
import type { Tampering } from "./memory-watch.ts";
import { startReflector } from "./reflector.ts";
import { configMaps, namespaces } from "./resources.ts";
import { shapeOf } from "./shape.ts";
import { keyOf, table } from "./table.ts";

const names = ["a", "b", "c", "d", "e", "f"];
const steps = 1_000;
const slow = 60_000; // on a machine that does much else
const quietMs = 60_000; // twice the longest back-off
const ref = (name: string): Ref => ({ resource: configMaps, namespace: "n", name });
const told = ({ metadata }: Live) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`;
const tamperings: readonly Tampering[] = ["reset", "garble", "swap", "twice"];

/** A reflector beside a cluster whose watches are tampered with at random, and what must be so after each step. */
function aModel(random: Random) {
  const cluster = aCluster();
  const { kube, clock, metrics } = cluster;
  const cache = table(configMaps);
  const stop = new AbortController();
  const everTrue = new Set<string>();
  const shown = new Map<string, Live>();
  const wrong: string[] = [];

  cache.onChange((before, after) => {
    const object = after ?? before;
    if (object === undefined) return;
    if (before !== shown.get(keyOf(object))) wrong.push(`${told(object)} was changed from what was not shown`);
    if (after === undefined) shown.delete(keyOf(object));
    else shown.set(keyOf(object), after);
    if (!everTrue.has(told(object))) wrong.push(`${told(object)} never was`);
  });
  const note = () => {
    for (const object of names.map((name) => kube.find(ref(name)))) if (object) everTrue.add(told(object));
  };
  const reflector = startReflector({
    ...{ kube, clock, metrics, random: random.next, log: silent, table: cache, signal: stop.signal },
    shape: shapeOf(namespaces),
  });
  const truth = () =>
    names
      .map((name) => kube.find(ref(name)))
      .filter((one) => one !== undefined)
      .map(told);
  const quiet = async () => {
    kube.heal();
    kube.watches.bookmark(); // the next line, after which a late one comes
    await clock.advance(quietMs);
    note();
  };
  return { ...cluster, cache, reflector, stop, wrong, note, truth, quiet };
}

/** One thing that happens to the cluster or on the way to it. */
function step({ kube }: ReturnType<typeof aModel>, random: Random): void {
  const name = random.pick(names);
  const faults = [
    new KubeError("forbidden", "no", { status: 403 }),
    new KubeError("network", "reset"),
    new KubeError("tooMany", "wait", { status: 429, retryAfterMs: 2_000 }),
    new KubeError("unavailable", "down", { status: 500 }),
    new KubeError("gone", "too old", { status: 410 }),
    new KubeError("invalid", "no initial events here", { status: 422 }),
  ];
  const acts: readonly (readonly [number, () => unknown])[] = [
    [40, () => kube.edit(ref(name), { metadata: {}, data: { value: String(random.below(4)) } })],
    [15, () => kube.find(ref(name)) && kube.remove(ref(name))],
    [8, () => kube.watches.tamper(() => (random.chance(0.1) ? random.pick(tamperings) : "pass"))],
    [4, () => kube.watches.tamper(() => "pass")],
    [6, () => kube.watches.cut()],
    [3, () => kube.watches.compact()],
    [5, () => kube.failNext("watch", random.pick(faults))],
    [2, () => kube.failNext("list", random.pick(faults))],
    [2, () => kube.watches.inject({ type: "broken", why: "too long" })],
    [2, () => kube.watches.inject({ type: "error", error: random.pick(faults) })],
    [4, () => kube.watches.hold()],
    [6, () => kube.watches.release()],
    [3, () => kube.watches.bookmark()],
  ];
  let at = random.below(acts.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, act] of acts) {
    at -= weight;
    if (at < 0) return void act();
  }
}

describe("the reflector beside a model", () => {
  it.each(seedsOf("T-F05", 100))(
    "T-F05 holds the truth whenever it is quiet, seed %i",
    { timeout: slow },
    async (seed) => {
      const random = seeded(seed);
      const model = aModel(random);
      for (let n = 1; n <= steps; n += 1) {
        step(model, random);
        model.note();
        await model.clock.advance(random.chance(0.3) ? random.below(4_000) : 0);
        expect(model.wrong, `${replayLine("T-F05", seed)} step=${n}`).toEqual([]);
        if (n % 250 !== 0) continue;
        await model.quiet();
        expect([...model.cache.all()].map(told).sort(), `${replayLine("T-F05", seed)} step=${n}`).toEqual(
          model.truth(),
        );
      }
      model.stop.abort(new Error("over"));
      await model.reflector.ended;
    },
  );
});
