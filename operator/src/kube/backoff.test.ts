import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { createBackOff } from "./backoff.ts";

const middle = () => 0.5; // no jitter

describe("back-off", () => {
  it("doubles from 200 ms up to 5 min", () => {
    const clock = manualClock();
    const backOff = createBackOff(clock, middle);
    const waits = Array.from({ length: 13 }, () => backOff.failed("a", "t", false));
    expect(waits.slice(0, 5)).toEqual([200, 400, 800, 1600, 3200]);
    expect(waits.at(-1)).toBe(300_000);
    expect(backOff.failures("a")).toBe(13);
  });

  it("stays under 30 s for faults of the API", () => {
    const backOff = createBackOff(manualClock(), middle);
    const waits = Array.from({ length: 13 }, () => backOff.failed("a", "t", true));
    expect(waits.at(-1)).toBe(30_000);
  });

  it("begins anew after a good run", () => {
    const backOff = createBackOff(manualClock(), middle);
    backOff.failed("a", "t", false);
    backOff.clear("a");
    expect([backOff.failures("a"), backOff.until("a"), backOff.size()]).toEqual([0, 0, 0]);
  });

  it("goes on where another process was, but waits no longer than ever", async () => {
    const clock = manualClock();
    const backOff = createBackOff(clock, middle);
    backOff.resume("a", 9, 60_000);
    expect([backOff.failures("a"), backOff.until("a")]).toEqual([9, 60_000]);
    expect(backOff.failed("a", "t", false)).toBe(200 * 2 ** 9);
    backOff.resume("b", 12, 365 * 86_400_000); // noted by a clock that was a year ahead
    backOff.resume("c", 12, -5_000);
    expect([backOff.until("b"), backOff.until("c")]).toEqual([300_000, 0]);
  });

  it("leaves retries of all together ten a second", () => {
    const backOff = createBackOff(manualClock(), middle);
    const waits = Array.from({ length: 300 }, (_, n) => backOff.failed(`k${n}`, `t${n % 100}`, false));
    expect(waits[99]).toBe(200);
    expect(waits[299]).toBeCloseTo(200 + 200 * 100, 0);
  });

  it("spreads many failing keys of one tenant over time, two a second", () => {
    const backOff = createBackOff(manualClock(), middle);
    const waits = Array.from({ length: 60 }, (_, n) => backOff.failed(`k${n}`, "t", false));
    expect(waits[0]).toBe(200);
    expect(waits[59]).toBeCloseTo(200 + 40 * 500, 0);
  });

  it("leaves another tenant's retries alone", () => {
    const backOff = createBackOff(manualClock(), middle);
    for (let n = 0; n < 60; n += 1) backOff.failed(`k${n}`, "noisy", false);
    expect(backOff.failed("x", "quiet", false)).toBe(200);
  });
});
