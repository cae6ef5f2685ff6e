import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import fc from "fast-check";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { priorities, type Taken } from "./fairness.ts";
import { kubeMetrics } from "./metrics.ts";
import { createQueue } from "./queue.ts";

const never = new AbortController().signal;

function aQueue(workers = 8) {
  const clock = manualClock();
  const queue = createQueue({ name: "q", workers, clock, metrics: kubeMetrics(new Registry()) });
  /** Takes what is ready now, `many` at most. */
  const takeReady = async (many = 1): Promise<Taken[]> => {
    const taken: Taken[] = [];
    const stop = new AbortController();
    const taking = Array.from({ length: many }, () =>
      queue
        .take(stop.signal)
        .then((one) => taken.push(one))
        .catch(() => {}),
    );
    await clock.advance(0);
    stop.abort(new Error("nothing more is ready"));
    await Promise.all(taking);
    return taken;
  };
  return { clock, queue, takeReady };
}

const move = fc.record({
  what: fc.constantFrom("add", "take", "done", "wait"),
  key: fc.constantFrom("a", "b", "c", "d", "e"),
  tenant: fc.constantFrom("t1", "t2"),
  priority: fc.constantFrom(...priorities),
  delay: fc.constantFrom(0, 0, 100, 5_000),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

/** Plays moves on a queue and knows what must be so. */
function aGame() {
  const { clock, queue, takeReady } = aQueue();
  const asked = new Set<string>();
  const running = new Set<string>();
  const take = async (many: number) => {
    for (const { key } of await takeReady(many)) {
      expect(running.has(key)).toBe(false);
      running.add(key);
      asked.delete(key);
    }
  };
  const finish = (key: string) => {
    if (running.delete(key)) queue.done(key);
  };
  return {
    add: async ({ key, tenant, priority, delay }: Move) => {
      queue.add(key, tenant, priority, clock.monotonic() + delay);
      asked.add(key);
    },
    take: () => take(1),
    done: async ({ key }: Move) => finish(key),
    wait: () => clock.advance(1_000),
    drain: async () => {
      for (const key of [...running]) finish(key);
      await clock.advance(10_000);
      await take(8);
    },
    left: () => {
      for (const key of [...running]) finish(key);
      return { asked: [...asked], running: running.size, queued: queue.size() };
    },
  };
}

describe("the queue", () => {
  it("never runs a key twice at once and never loses one, in any schedule", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 120 }), async (moves) => {
        const game = aGame();
        for (const one of moves) await game[one.what](one);
        for (let round = 0; round < 4; round += 1) await game.drain();
        expect(game.left()).toEqual({ asked: [], running: 0, queued: 0 });
      }),
      { numRuns: 150, seed: 8412 },
    );
  });

  it("serves the most urgent first, and every eighth time the oldest of the rest", async () => {
    const { queue, takeReady } = aQueue();
    queue.add("old", "t", "resync");
    for (let n = 0; n < 20; n += 1) queue.add(`u${n}`, `t${n}`, "user");
    const order: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      const [taken] = await takeReady();
      order.push(taken?.priority ?? "none");
      queue.done(taken?.key ?? "");
    }
    expect(order.indexOf("resync")).toBe(7);
    expect(order.filter((one) => one === "user")).toHaveLength(9);
  });

  it("gives tenants their turns", async () => {
    const { queue, takeReady } = aQueue();
    for (let n = 0; n < 100; n += 1) queue.add(`big${n}`, "big", "user");
    queue.add("small", "small", "user");
    const keys = (await takeReady(2)).map(({ tenant }) => tenant);
    expect(keys.sort()).toEqual(["big", "small"]);
  });

  it("lets a tenant hold half of the workers while another waits", async () => {
    const { queue, takeReady } = aQueue(8);
    for (let n = 0; n < 20; n += 1) queue.add(`big${n}`, "big", "user");
    for (let n = 0; n < 20; n += 1) queue.add(`r${n}`, "other", "resync");
    const taken = await takeReady(8);
    expect(taken.filter(({ tenant }) => tenant === "big")).toHaveLength(4);
    expect(taken.filter(({ tenant }) => tenant === "other")).toHaveLength(4);
  });

  it("lets a tenant have them all when nobody else waits", async () => {
    const { queue, takeReady } = aQueue(8);
    for (let n = 0; n < 20; n += 1) queue.add(`k${n}`, "t", "user");
    expect(await takeReady(8)).toHaveLength(8);
  });

  it("keeps the more urgent and the earlier of two wishes", async () => {
    const { clock, queue, takeReady } = aQueue();
    queue.add("a", "t", "resync", clock.monotonic() + 600_000);
    queue.add("a", "t", "user");
    expect(await takeReady()).toMatchObject([{ key: "a", priority: "user" }]);
    queue.done("a");
    await clock.advance(700_000);
    expect(queue.size()).toBe(0);
  });

  it("waits 200 ms after a run for what children tell, and not for a person", async () => {
    const { clock, queue, takeReady } = aQueue();
    queue.add("a", "t", "user");
    await takeReady();
    queue.add("a", "t", "observed");
    queue.done("a");
    expect(await takeReady()).toEqual([]);
    queue.add("b", "t", "user");
    expect(await takeReady()).toMatchObject([{ key: "b" }]);
    await clock.advance(200);
    expect(await takeReady()).toMatchObject([{ key: "a", priority: "observed" }]);
  });

  it("forgets a key of nothing, whether it waits or runs", async () => {
    const { clock, queue, takeReady } = aQueue();
    queue.add("waits", "t", "resync", 600_000);
    queue.add("ready", "t", "user");
    queue.add("runs", "t", "user");
    const taken = await takeReady(2);
    queue.add("runs", "t", "user");
    for (const key of ["waits", "ready", "runs"]) queue.forget(key);
    for (const { key } of taken) queue.done(key);
    await clock.advance(700_000);
    expect([queue.size(), await takeReady()]).toEqual([0, []]);
  });

  it("keeps the place of a key that is wanted again and again", async () => {
    const { queue, takeReady } = aQueue();
    queue.add("busy", "t", "observed");
    for (let n = 0; n < 10; n += 1) {
      queue.add(`k${n}`, "t", "observed");
      queue.add("busy", "t", "observed");
    }
    expect(await takeReady()).toMatchObject([{ key: "busy" }]);
  });

  it("takes the oldest of all that are less urgent, whosever turn it is", async () => {
    const { clock, queue, takeReady } = aQueue();
    queue.add("first", "t1", "resync", 1);
    queue.add("oldest", "t2", "resync", 2);
    queue.add("t1's next", "t1", "resync", 3);
    await clock.advance(3);
    expect(await takeReady()).toMatchObject([{ key: "first" }]);
    queue.add("newer", "t3", "retry");
    for (let n = 0; n < 10; n += 1) queue.add(`u${n}`, `user${n}`, "user");
    const taken = await takeReady(7);
    expect(taken.at(-1)).toMatchObject({ key: "oldest" });
  });

  it("remembers nothing of the many times a key was put off", async () => {
    const { clock, queue, takeReady } = aQueue();
    for (let n = 0; n < 1_000; n += 1) queue.add("k", "t", "resync", clock.monotonic() + 600_000 - n);
    expect(queue.traces()).toBe(2); // the key, and its time
    queue.add("k", "t", "user");
    for (const { key } of await takeReady()) queue.done(key);
    await clock.advance(200);
    expect([queue.traces(), clock.pending()]).toEqual([0, 0]);
  });

  it("ends a take with the signal's reason", async () => {
    const { queue } = aQueue();
    const why = new Error("stopping");
    await expect(queue.take(AbortSignal.abort(why))).rejects.toBe(why);
    queue.add("a", "t", "user");
    await expect(queue.take(never)).resolves.toMatchObject({ key: "a" });
  });

  it("holds nothing after 100,000 names", async () => {
    const { clock, queue, takeReady } = aQueue(1_000);
    for (let n = 0; n < 100_000; n += 1) {
      queue.add(`k${n}`, `t${n % 100}`, "user");
      if (n % 500 === 499) for (const { key } of await takeReady(500)) queue.done(key);
    }
    await clock.advance(1_000);
    expect([queue.traces(), clock.pending()]).toEqual([0, 0]);
  }, 60_000);
});
