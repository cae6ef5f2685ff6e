import { describe, expect, it } from "vitest";
import { type Reading, regionState } from "./region-state.ts";

const loading: Reading<string[]> = { data: undefined, error: null, isError: false, dataUpdatedAt: 0 };
const loaded = (data: string[]): Reading<string[]> => ({ ...loading, data, dataUpdatedAt: 5 });
const failed = (reading: Reading<string[]>, error: unknown): Reading<string[]> => ({
  ...reading,
  error,
  isError: true,
});
const isEmpty = (data: string[]) => data.length === 0;

describe("regionState", () => {
  it("never shows an empty list before a load has finished", () => {
    expect(regionState(loading, { isEmpty })).toEqual({ k: "loading" });
  });

  it("tells a first use from a filter that finds nothing", () => {
    expect(regionState(loaded([]), { isEmpty }).k).toBe("empty");
    expect(regionState(loaded([]), { isEmpty, isFiltered: true }).k).toBe("filtered");
  });

  it("keeps the last good data when a later read fails", () => {
    const state = regionState(failed(loaded(["a"]), new Error("away")), { isEmpty });
    expect(state).toEqual({ k: "stale", data: ["a"], since: 5 });
  });

  it("shows the error of a first read that fails", () => {
    const error = new Error("away");
    expect(regionState(failed(loading, error), { isEmpty })).toEqual({ k: "error", error });
  });

  it("says forbidden, even over data of better days", () => {
    const forbidden = { problem: { reason: "Forbidden", detail: "Developers only." } };
    expect(regionState(failed(loaded(["a"]), forbidden), { isEmpty })).toEqual({
      k: "forbidden",
      detail: "Developers only.",
    });
  });

  it("shows what is there", () => {
    expect(regionState(loaded(["a"]), { isEmpty })).toEqual({ k: "full", data: ["a"] });
  });
});
