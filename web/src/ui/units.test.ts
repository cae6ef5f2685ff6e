import { expect, it } from "vitest";
import { cores, memory } from "./units.ts";

it("writes millicores as cores", () => {
  expect([250, 1_000, 3_750, 10].map(cores)).toEqual(["0.25", "1", "3.75", "0.01"]);
});

it("writes bytes in the unit that reads best", () => {
  expect([256 * 1_024 ** 2, 1_024 ** 3, 2.5 * 1_024 ** 3].map(memory)).toEqual(["256 MiB", "1 GiB", "2.5 GiB"]);
});
