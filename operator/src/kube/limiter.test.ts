import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { limiter } from "./limiter.ts";

describe("the limiter", () => {
  it("lets no more in than there are places, in order", async () => {
    const places = limiter(manualClock(), 2);
    const order: number[] = [];
    const [first] = await Promise.all([places.enter(), places.enter()]);
    const enter = async (n: number) => {
      const leave = await places.enter();
      order.push(n);
      return leave;
    };
    const waiting = [1, 2].map(enter);
    expect(order).toEqual([]);
    first?.();
    (await waiting[0])?.();
    await waiting[1];
    expect(order).toEqual([1, 2]);
  });

  it("gives a place back once, however often it is left", async () => {
    const places = limiter(manualClock(), 1);
    const leave = await places.enter();
    leave();
    leave();
    await places.enter();
    const stop = new AbortController();
    const third = places.enter(stop.signal);
    stop.abort(new Error("no place"));
    await expect(third).rejects.toThrow("no place");
  });

  it("halves when the API asks for less and grows by one a second", async () => {
    const clock = manualClock();
    const places = limiter(clock, 8);
    places.slowDown();
    places.slowDown();
    expect(places.places()).toBe(2);
    await clock.advance(3_000);
    (await places.enter())();
    expect(places.places()).toBe(5);
    await clock.advance(60_000);
    (await places.enter())();
    expect(places.places()).toBe(8);
  });
});
