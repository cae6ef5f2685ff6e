import { EventEmitter } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { createLog } from "./log.ts";
import { manualClock } from "./manual-clock.ts";
import { gracefulStop, stopOnSignals } from "./stop.ts";

function aStop() {
  const exit = vi.fn<(code: number) => void>();
  const clock = manualClock();
  const log = createLog({ name: "test", level: "silent" });
  return { stop: gracefulStop({ clock, log, deadlineMs: 10_000, exit }), exit, clock, log };
}

describe("gracefulStop", () => {
  it("runs its steps in the reverse of their order, then exits with 0", async () => {
    const { stop, exit } = aStop();
    const ran: string[] = [];
    for (const name of ["database", "server"]) stop.add(name, () => void ran.push(name));
    await stop.stop("asked");
    expect([ran, exit.mock.calls]).toEqual([["server", "database"], [[0]]]);
  });

  it("aborts its signal before any step", async () => {
    const { stop } = aStop();
    let aborted: boolean | undefined;
    stop.add("step", () => {
      aborted = stop.signal.aborted;
    });
    await stop.stop("asked");
    expect(aborted).toBe(true);
  });

  it("runs the rest after a step that fails, and exits with 1", async () => {
    const { stop, exit } = aStop();
    const last = vi.fn();
    stop.add("last", last);
    stop.add("first", () => Promise.reject(new Error("broken")));
    await stop.stop("asked");
    expect([last.mock.calls.length, exit.mock.calls]).toEqual([1, [[1]]]);
  });

  it("exits with 1 when a step takes longer than the deadline", async () => {
    const { stop, exit, clock } = aStop();
    stop.add("hangs", () => new Promise(() => {}));
    void stop.stop("asked");
    await clock.advance(10_000);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it("stops once, however often it is asked", async () => {
    const { stop, exit } = aStop();
    await Promise.all([stop.stop("one"), stop.stop("two", 1)]);
    expect(exit.mock.calls).toEqual([[0]]);
  });
});

describe("stopOnSignals", () => {
  it.each([
    ["SIGTERM", 0],
    ["SIGINT", 0],
    ["unhandledRejection", 1],
    ["uncaughtException", 1],
  ])("ends on %s with code %d", async (name, code) => {
    const { stop, exit, log } = aStop();
    const source = new EventEmitter();
    stopOnSignals(stop, log, source);
    source.emit(name, new Error("why"));
    await vi.waitFor(() => expect(exit.mock.calls).toEqual([[code]]));
  });
});
