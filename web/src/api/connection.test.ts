import { describe, expect, it } from "vitest";
import { afterEnd, backOff, waiting } from "./connection.ts";

describe("backOff", () => {
  it("doubles from one second and stops at thirty", () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((failures) => backOff(failures, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });

  it("leaves half of the wait to chance", () => {
    expect([backOff(3, 0), backOff(3, 0.5)]).toEqual([2_000, 3_000]);
  });
});

describe("afterEnd", () => {
  it("counts tries that failed in a row", () => {
    expect(afterEnd({ k: "failed" }, false, 2, 1)).toEqual({ failures: 3, waitMillis: 4_000 });
  });

  it("begins to count anew after an open stream", () => {
    expect(afterEnd({ k: "silent" }, true, 7, 1)).toEqual({ failures: 1, waitMillis: 1_000 });
  });

  it("does not take a closing server for a failure", () => {
    expect(afterEnd({ k: "closed" }, true, 2, 0)).toEqual({ failures: 0, waitMillis: 250 });
  });
});

describe("waiting", () => {
  it("polls after three failures", () => {
    expect([1, 2, 3, 9].map((failures) => waiting(failures, 5).k)).toEqual([
      "reconnecting",
      "reconnecting",
      "polling",
      "polling",
    ]);
  });
});
