import { type Clock, sleepOn } from "@skypanel/runtime/clock.ts";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { type Random, replayLine, seeded, seedsOf } from "../../../e2e/harness/seeds.ts";
import { QueueModel } from "./a-queue-model.ts";
import { priorities, type Taken } from "./fairness.ts";
import { kubeMetrics } from "./metrics.ts";
import { createQueue } from "./queue.ts";

const metrics = kubeMetrics(new Registry());
const workers = 4;
const schedules = 10_000;
const steps = 12;
const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
const tenants = ["t1", "t2", "t3"];

/** A clock whose timers fire in the turn in which the time is set: a schedule needs no event loop. */
function turnClock(): Clock & { set(to: number): void } {
  let time = 0;
  let timers: { at: number; run: () => void }[] = [];
  const setTimer: Clock["setTimer"] = (ms, run) => {
    const timer = { at: time + ms, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((one) => one !== timer);
    };
  };
  const next = (to: number) => timers.filter(({ at }) => at <= to).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => time,
    monotonic: () => time,
    setTimer,
    sleep: (ms, signal) => sleepOn(setTimer, ms, signal),
    set: (to) => {
      for (let timer = next(to); timer !== undefined; timer = next(to)) {
        const due = timer;
        timers = timers.filter((one) => one !== due);
        time = due.at;
        due.run();
      }
      time = to;
    },
  };
}

/** A queue and its model, which go through the same schedule. */
function pair() {
  const clock = turnClock();
  const queue = createQueue({ name: "q", workers, clock, metrics });
  const model = new QueueModel(workers);
  const running = new Set<string>();
  const take = async () => {
    const stop = new AbortController();
    let taken: Taken | undefined;
    const taking = queue.take(stop.signal).then(
      (one) => {
        taken = one;
      },
      () => {},
    );
    stop.abort(new Error("nothing is ready"));
    await taking;
    const wanted = model.take();
    const isSame =
      taken?.key === wanted?.key && taken?.tenant === wanted?.tenant && taken?.priority === wanted?.priority;
    if (!isSame) expect(taken).toEqual(wanted); // asked once it differs: 10⁵ steps are many assertions
    if (taken === undefined) return;
    if (running.has(taken.key)) expect.unreachable(`${taken.key} runs twice at once`);
    running.add(taken.key);
  };
  const pass = (ms: number) => {
    model.pass(model.now + ms);
    clock.set(model.now);
  };
  const add = (random: Random) => {
    const [key, tenant, priority] = [random.pick(keys), random.pick(tenants), random.pick(priorities)];
    const at = model.now + (random.chance(0.5) ? 0 : random.next() * 1_000);
    queue.add(key, tenant, priority, at);
    model.add(key, tenant, priority, at);
  };
  const done = (key: string) => {
    if (!running.delete(key)) return;
    queue.done(key);
    model.done(key);
  };
  const forget = (key: string) => {
    queue.forget(key);
    model.forget(key);
  };
  return { queue, model, running, take, pass, add, done, forget };
}

async function play(random: Random): Promise<void> {
  const { queue, model, running, take, pass, add, done, forget } = pair();
  for (let step = 0; step < steps; step += 1) {
    pass(random.next() * (random.chance(0.2) ? 400 : 4)); // no two steps at one time
    const chance = random.next();
    if (chance < 0.45) add(random);
    else if (chance < 0.75) await take();
    else if (chance < 0.97) done(random.pick(keys));
    else forget(random.pick(keys));
    if (queue.size() !== model.entries.length) expect(queue.size()).toBe(model.entries.length);
  }
  while (queue.size() > 0) {
    for (const key of [...running]) {
      done(key);
      pass(1);
    }
    pass(1_000);
    await take();
  }
  pass(200);
  expect(queue.traces()).toBe(0);
}

describe("the queue against its model", () => {
  it.each(seedsOf("O5-queue"))(
    "agrees after every step of 10,000 random schedules, 120,000 steps: no key twice, none lost (seed %i)",
    async (seed) => {
      const random = seeded(seed);
      for (let schedule = 0; schedule < schedules; schedule += 1) {
        await play(random).catch((error: unknown) => {
          throw new Error(`schedule ${schedule}: ${replayLine("O5-queue", seed)}`, { cause: error });
        });
      }
    },
    120_000,
  );
});
