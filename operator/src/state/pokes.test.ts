import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { type Random, replayLine, seeded, seedsOf } from "../../../e2e/harness/seeds.ts";
import { silent } from "../kube/a-world.ts";
import { startLoop } from "./loop-controller.ts";
import { orderOf, type Point } from "./sequence.ts";

const intervalMs = 30_000;
const slackMs = 1_000; // a fetch and what follows, at the slowest
const commitOf = (sequence: number) => sequence.toString(16).padStart(40, "0");

/** A branch that grows, a way to it that shows it late or as it was, and the loop that follows it. */
function aWorld(random: Random) {
  const clock = manualClock();
  const seen = { head: 0, looks: 0, running: 0, most: 0 };
  const applied: Point[] = [];
  let isBehind = () => false;
  const state = startLoop({
    ...{ clock, random: random.next, log: silent },
    look: async (_, signal) => {
      seen.looks += 1;
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      await clock.sleep(random.below(slackMs / 2), signal);
      // A mirror may show what was: this is what a repeated, reordered or late message of git would be.
      const sequence = isBehind() ? random.below(seen.head + 1) : seen.head;
      const last = applied.at(-1);
      const order = orderOf(commitOf(sequence), `m\n\nSeq: ${sequence}\n`, last);
      await clock.sleep(random.below(slackMs / 2), signal);
      if (order.k === "next") applied.push(order.point);
      seen.running -= 1;
      if (random.chance(0.1)) throw new Error("the API was away");
      return intervalMs;
    },
  });
  return {
    ...{ clock, seen, applied, state },
    mirror: (test: () => boolean) => {
      isBehind = test;
    },
  };
}

describe("T-F17 pokes", () => {
  it.each(seedsOf("T-F17"))(
    "lost, twice, late or in another order end as all in order would, seed %i",
    async (seed) => {
      const random = seeded(seed);
      for (let sequence = 0; sequence < 2_000; sequence += 1) {
        const where = replayLine("T-F17", seed, sequence);
        const { clock, seen, applied, state, mirror } = aWorld(random);
        let isQuiet = false;
        mirror(() => !isQuiet && random.chance(0.3));
        for (let step = random.below(8); step >= 0; step -= 1) {
          seen.head += random.below(3);
          const late = () => void clock.setTimer(random.below(2 * intervalMs), state.poke);
          random.pick([state.poke, late, late, () => {}])();
          if (random.chance(0.3)) state.poke();
          await clock.advance(random.below(intervalMs / 4));
        }
        isQuiet = true;
        await clock.advance(3 * intervalMs);
        const order = applied.map((point) => point.sequence);
        expect(order.at(-1), where).toBe(seen.head);
        expect(order, where).toEqual(order.toSorted((a, b) => a - b));
        expect(seen.most, where).toBe(1);
        await state.stop();
      }
    },
    120_000,
  );

  it("finds at once what a poke tells of, also during a look, by one look more", async () => {
    const { clock, seen, applied, state } = aWorld(seeded(1));
    await clock.advance(slackMs);
    const before = seen.looks;
    seen.head = 1;
    state.poke();
    await clock.advance(1);
    seen.head = 2;
    for (let count = 0; count < 5; count += 1) state.poke();
    await clock.advance(2 * slackMs);
    expect(applied.at(-1)?.sequence).toBe(2);
    expect(seen.looks - before).toBeLessThanOrEqual(3);
    await state.stop();
  });

  it("that are lost are made good by the interval", async () => {
    const { clock, seen, applied, state } = aWorld(seeded(2));
    await clock.advance(slackMs);
    seen.head = 7;
    await clock.advance(intervalMs * 1.2 + slackMs);
    expect(applied.at(-1)?.sequence).toBe(7);
    await state.stop();
  });
});
