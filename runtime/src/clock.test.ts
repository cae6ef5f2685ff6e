import { describe, expect, it, vi } from "vitest";
import { systemClock } from "./clock.ts";
import { manualClock } from "./manual-clock.ts";

describe("systemClock", () => {
  it("never goes back", () => {
    const readings = Array.from({ length: 100 }, () => systemClock.monotonic());
    expect(readings).toEqual(readings.toSorted((a, b) => a - b));
  });

  it("does not fire a timer of a month at once, as Node's own does", () => {
    vi.useFakeTimers();
    const run = vi.fn();
    const month = 31 * 24 * 60 * 60 * 1_000;
    systemClock.setTimer(month, run);
    vi.advanceTimersByTime(month - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });

  it("rejects a sleep that is aborted, with the reason given", async () => {
    const stopped = new Error("stopped");
    await expect(systemClock.sleep(60_000, AbortSignal.abort(stopped))).rejects.toBe(stopped);
  });
});

describe("manualClock", () => {
  it("stands still until it is moved", async () => {
    const clock = manualClock(1_000);
    const before = [clock.now(), clock.monotonic()];
    await clock.advance(500);
    expect([...before, clock.now(), clock.monotonic()]).toEqual([1_000, 0, 1_500, 500]);
  });

  it("fires timers in order, at their own times", async () => {
    const clock = manualClock(0);
    const fired: number[] = [];
    clock.setTimer(30, () => fired.push(clock.now()));
    clock.setTimer(10, () => {
      fired.push(clock.now());
      clock.setTimer(5, () => fired.push(clock.now()));
    });
    await clock.advance(100);
    expect(fired).toEqual([10, 15, 30]);
  });

  it("fires no timer that was cancelled", async () => {
    const clock = manualClock();
    const run = vi.fn();
    clock.setTimer(10, run)();
    await clock.advance(20);
    expect(run).not.toHaveBeenCalled();
  });

  it("lets the wall jump while its timers go on", async () => {
    const clock = manualClock(1_000);
    const run = vi.fn();
    clock.setTimer(10, run);
    clock.jump(0);
    await clock.advance(10);
    expect([run.mock.calls.length, clock.now()]).toEqual([1, 10]);
  });

  it("wakes a sleeper, and lets go of one that is aborted", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    const slept = clock.sleep(10);
    const aborted = clock.sleep(10, stop.signal);
    stop.abort(new Error("stopped"));
    await expect(aborted).rejects.toThrow("stopped");
    await clock.advance(10);
    await expect(slept).resolves.toBeUndefined();
    expect(clock.pending()).toBe(0);
  });
});
