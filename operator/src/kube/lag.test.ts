import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it } from "vitest";
import { watchLag } from "./lag.ts";

/** A clock that time passes on while no timer can fire: that is what a blocked loop looks like. */
function blockable() {
  const clock = manualClock();
  let blockedMs = 0;
  let ticks = 0;
  const lag = watchLag({ ...clock, monotonic: () => clock.monotonic() + blockedMs }, () => {
    ticks += 1;
  });
  const block = (ms: number) => {
    blockedMs += ms;
  };
  return { clock, lag, block, ticks: () => ticks };
}

describe("the event loop", () => {
  it("is not blocked by less than 5 s", async () => {
    const { clock, lag, block } = blockable();
    block(4_999);
    await clock.advance(1_000);
    expect(lag.isBlocked()).toBe(false);
  });

  it("is blocked by 5 s, until it is punctual again", async () => {
    const { clock, lag, block } = blockable();
    block(5_000);
    await clock.advance(1_000);
    expect(lag.isBlocked()).toBe(true);
    await clock.advance(1_000);
    expect(lag.isBlocked()).toBe(false);
  });

  it("ticks every second until it is stopped", async () => {
    const { clock, lag, ticks } = blockable();
    await clock.advance(3_000);
    lag.stop();
    await clock.advance(3_000);
    expect([ticks(), clock.pending()]).toEqual([3, 0]);
  });
});
