import { expect, it } from "vitest";
import { matchKeys } from "./key-sequence.ts";

const shortcuts = [["g", "a"], ["g", "t"], ["/"]];

it.each([
  [["g"], { k: "begun" }],
  [["g", "t"], { k: "hit", index: 1 }],
  [["/"], { k: "hit", index: 2 }],
  [["g", "/"], { k: "none" }],
  [["x"], { k: "none" }],
])("%j is %o", (pressed, match) => {
  expect(matchKeys(pressed, shortcuts)).toEqual(match);
});
