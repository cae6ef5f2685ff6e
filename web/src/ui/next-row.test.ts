import { expect, it } from "vitest";
import { nextRow } from "./next-row.ts";

it("begins at the nearer end, moves, and stays at the ends", () => {
  expect([nextRow(-1, 3, 1), nextRow(-1, 3, -1)]).toEqual([0, 2]);
  expect([nextRow(0, 3, 1), nextRow(1, 3, -1)]).toEqual([1, 0]);
  expect([nextRow(2, 3, 1), nextRow(0, 3, -1)]).toEqual([2, 0]);
});
