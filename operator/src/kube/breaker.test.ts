import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { breaker } from "./breaker.ts";

function aBreaker() {
  const clock = manualClock();
  const api = { isWell: false, probes: 0 };
  const one = breaker({
    clock,
    random: () => 0.5,
    probe: async () => {
      api.probes += 1;
      return api.isWell;
    },
  });
  const fail = (times: number) => {
    for (let n = 0; n < times; n += 1) one.note(false);
  };
  return { clock, api, breaker: one, fail };
}

describe("the breaker", () => {
  it("opens at 20 calls of which half failed", () => {
    const { breaker: one, fail } = aBreaker();
    for (let n = 0; n < 10; n += 1) one.note(true);
    fail(9);
    expect(one.allowed()).toBe(8);
    fail(1);
    expect(one.allowed()).toBe(0);
  });

  it("forgets what is older than 10 s", async () => {
    const { breaker: one, clock, fail } = aBreaker();
    fail(19);
    await clock.advance(11_000);
    fail(5);
    expect(one.allowed()).toBe(8);
  });

  it("asks every 1 to 5 s and comes back in steps", async () => {
    const { breaker: one, clock, api, fail } = aBreaker();
    fail(20);
    await clock.advance(30_000);
    expect([one.allowed(), api.probes]).toEqual([0, 7]);
    api.isWell = true;
    const seen: number[] = [];
    for (let n = 0; n < 10; n += 1) {
      await clock.advance(1_000);
      seen.push(one.allowed());
    }
    expect([...new Set(seen)].filter((count) => count > 0)).toEqual([1, 2, 4, 8]);
  });

  it("lets worker n pass once n + 1 are allowed", async () => {
    const { breaker: one, clock, api, fail } = aBreaker();
    fail(20);
    const passed: number[] = [];
    const signal = new AbortController().signal;
    for (const index of [0, 3]) void one.pass(index, signal).then(() => passed.push(index));
    api.isWell = true;
    await clock.advance(1_000);
    expect(passed).toEqual([0]);
    await clock.advance(2_000);
    expect(passed).toEqual([0, 3]);
  });

  it("lets a stopped worker go", async () => {
    const { breaker: one, fail } = aBreaker();
    fail(20);
    const stop = new AbortController();
    const passing = one.pass(0, stop.signal);
    stop.abort(new Error("stopping"));
    await expect(passing).rejects.toThrow("stopping");
  });

  it("tells when the API is well again, each time", async () => {
    const { breaker: one, clock, api, fail } = aBreaker();
    let times = 0;
    one.onWell(() => {
      times += 1;
    });
    for (const expected of [1, 2]) {
      api.isWell = false;
      fail(20);
      await clock.advance(5_000);
      expect(times).toBe(expected - 1);
      api.isWell = true;
      await clock.advance(10_000);
      expect([times, one.allowed()]).toEqual([expected, 8]);
    }
  });

  it("asks no more and lets nobody in once it is stopped", async () => {
    const { breaker: one, clock, api, fail } = aBreaker();
    fail(20);
    api.isWell = true;
    one.stop();
    await clock.advance(60_000);
    expect([one.allowed(), api.probes, clock.pending()]).toEqual([0, 0, 0]);
  });
});
