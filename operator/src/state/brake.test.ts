import { expect, it } from "vitest";
import { isHeld, pruneId } from "./brake.ts";

const prune = { maxObjects: 10, maxPercent: 20 };
const paths = (count: number) => Array.from({ length: count }, (_, index) => `tenants/t${index}.yaml`);

it.each([
  [0, 100, false],
  [3, 3, false],
  [4, 20, false],
  [4, 19, true],
  [10, 50, false],
  [11, 1_000, true],
])("T-F23 %i removals of %i objects wait: %s", (count, known, held) => {
  expect(isHeld({ paths: paths(count), known, prune, confirmed: undefined })).toBe(held);
});

it("lets exactly the confirmed set go", () => {
  const confirmed = pruneId(paths(11));
  const held = (count: number) => isHeld({ paths: paths(count), known: 1_000, prune, confirmed });
  expect(held(11)).toBe(false);
  expect(held(12)).toBe(true);
});

it("knows a set whatever its order", () => {
  expect(pruneId(["a", "b"])).toBe(pruneId(["b", "a"]));
});
