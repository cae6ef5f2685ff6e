import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delayed } from "./delayed.ts";

function waiting() {
  const clock = manualClock();
  const due: string[] = [];
  return { clock, due, queue: delayed(clock, (value) => due.push(value)) };
}

describe("values that wait", () => {
  it("come at their time and not before", async () => {
    const { clock, due, queue } = waiting();
    queue.add("a", 100);
    await clock.advance(99);
    expect(due).toEqual([]);
    await clock.advance(1);
    expect(due).toEqual(["a"]);
  });

  it("come in the order of their times, on one timer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 50 }), async (times) => {
        const { clock, due, queue } = waiting();
        for (const [n, time] of times.entries()) queue.add(`${time} ${n}`, time);
        expect([clock.pending(), queue.size()]).toEqual([1, times.length]);
        await clock.advance(1_000);
        expect(due.map((value) => Number(value.split(" ")[0]))).toEqual([...times].sort((a, b) => a - b));
        expect(clock.pending()).toBe(0);
      }),
    );
  });

  it("make way for one that is due earlier", async () => {
    const { clock, due, queue } = waiting();
    queue.add("late", 500);
    queue.add("early", 100);
    await clock.advance(100);
    expect(due).toEqual(["early"]);
  });

  it("have one time each, the last that was said", async () => {
    const { clock, due, queue } = waiting();
    for (const time of [300, 700, 500]) queue.add("a", time);
    queue.add("b", 400);
    queue.add("c", 600);
    queue.remove("c");
    await clock.advance(450);
    expect([due, queue.size()]).toEqual([["b"], 1]);
    await clock.advance(1_000);
    expect([due, queue.size(), clock.pending()]).toEqual([["b", "a"], 0, 0]);
  });

  it("leave no timer behind when the last is taken out", () => {
    const { clock, queue } = waiting();
    queue.add("a", 100);
    queue.remove("a");
    queue.remove("nobody");
    expect(clock.pending()).toBe(0);
  });

  it("come no more once it is stopped", async () => {
    const { clock, due, queue } = waiting();
    queue.add("a", 100);
    queue.stop();
    await clock.advance(1_000);
    expect(due).toEqual([]);
  });
});
