import { describe, expect, it } from "vitest";
import { type Random, replayLine, seeded, seedsOf } from "../../../e2e/harness/seeds.ts";
import { dumped, recorded, type Write } from "./a-record.ts";
import { aWidget, widgetRef, widgets } from "./a-widget.ts";
import { aCluster, aWidgetWorld, service } from "./a-world.ts";
import { type ErrorKind, KubeError } from "./kube.ts";
import { secrets, services } from "./resources.ts";
import type { Owner } from "./status.ts";

const all = [widgets, services, secrets];
const kinds: readonly ErrorKind[] = ["conflict", "unavailable", "timeout", "network", "tooMany", "unauthorized"];
const calls = ["apply services", "apply secrets", "status widgets", "delete services", "get secrets", "watch"];

function wish(random: Random) {
  const parts = random
    .shuffled(["a", "b", "c", "d"])
    .slice(0, 1 + random.below(4))
    .sort();
  return {
    parts,
    colour: random.pick(["red", "blue"]),
    ...(random.chance(0.5) ? { secret: random.pick(["s", "t"]) } : {}),
  };
}

/** A widget's life under random edits, drift and faults, until the faults end and all is quiet. */
async function live(random: Random) {
  const writes: Write[] = [];
  const cluster = aCluster();
  const kube = recorded(cluster.kube, writes);
  const world = await aWidgetWorld({}, { ...cluster, kube });
  let wanted = wish(random);
  const moves = {
    edit: () => {
      wanted = wish(random);
      kube.edit(widgetRef(), aWidget(wanted));
    },
    fault: () => {
      const kind = random.pick(kinds);
      const isUnknown = kind === "timeout" || kind === "network";
      const error = new KubeError(kind, kind, { outcomeKnown: !isUnknown });
      kube.failNext(random.pick(calls), error, isUnknown && random.chance(0.5) ? "after" : "before");
    },
    drift: () => {
      const ref = service(`w-${random.pick(wanted.parts)}`);
      if (kube.find(ref) === undefined) return;
      if (random.chance(0.5)) kube.remove(ref);
      else kube.edit(ref, { metadata: { labels: { colour: "theirs" } } });
    },
    cut: () => kube.watches.cut(),
    restart: async () => {
      const stopping = world.manager.stop();
      await cluster.clock.advance(10_000);
      await stopping;
      kube.heal(); // a manager begins to work when its watches do
      Object.assign(world, await aWidgetWorld({}, { ...cluster, kube }));
    },
    delete: () => {
      if (kube.find(widgetRef()) !== undefined) kube.remove(widgetRef());
      kube.edit(widgetRef(), aWidget(wanted));
    },
  };
  moves.edit();
  for (let step = 0; step < 8; step += 1) {
    await moves[random.pick(["edit", "edit", "fault", "fault", "drift", "cut", "restart", "delete"] as const)]();
    await cluster.clock.advance(random.pick([0, 10, 300, 20_000]));
  }
  kube.heal();
  await cluster.clock.advance(90_000);
  return { ...world, kube, writes, wanted };
}

/** The same wish alone, in a cluster where nothing ever happened. */
async function fresh(wanted: Parameters<typeof aWidget>[0]) {
  const { ask, kube } = await aWidgetWorld();
  await ask(wanted);
  return dumped(kube, all);
}

/** What must be so of every write that was ever sent. */
function check(writes: readonly Write[]): void {
  for (const { verb, body, before, after } of writes) {
    if (verb === "delete") expect(Object.values(body).every((value) => typeof value === "string")).toBe(true);
    if (verb !== "status" || after === undefined) continue;
    const { status, metadata } = after as Owner; // a widget's status
    expect(status?.observedGeneration ?? 0).toBeLessThanOrEqual(metadata.generation ?? 0);
    const earlier = (before as Owner | undefined)?.status?.observedGeneration ?? 0; // as above
    if (before?.metadata.uid === metadata.uid) expect(status?.observedGeneration ?? 0).toBeGreaterThanOrEqual(earlier);
  }
}

describe("the engine among random wishes, drift and faults", () => {
  it.each(seedsOf("T-Z09", 1))(
    "T-Z09 T-F04 comes to rest, writes nothing more, and is as if only the last wish had been (1,000 runs, seed %i)",
    async (seed) => {
      const random = seeded(seed);
      for (let run = 0; run < 1_000; run += 1) {
        const { clock, kube, manager, wanted, writes } = await live(random);
        const where = replayLine("T-Z09", seed, run);
        check(writes.splice(0));
        expect(await dumped(kube, all), where).toEqual(await fresh(wanted));
        for (let step = 0; step < 50; step += 1) {
          manager.poke(widgets, "n/w");
          await clock.advance(200);
        }
        if (run % 20 === 0) await clock.advance(660_000); // past a resync
        expect(writes, where).toEqual([]);
      }
    },
    300_000,
  );
});
