import { expect, it } from "vitest";
import { filterWords, readAppsSearch } from "./apps-search.ts";

it("reads what an address can mean and leaves out the rest", () => {
  expect(readAppsSearch({ q: 42, phase: "Live", cluster: "eu-1", page: "2" })).toEqual({
    q: "42",
    phase: "Live",
    cluster: "eu-1",
  });
  expect(readAppsSearch({ q: "", phase: "toString", cluster: "" })).toEqual({});
});

it("says a filter in words", () => {
  expect(filterWords({ q: "shop", phase: "RollingOut" })).toBe('"shop", Rolling out');
});
