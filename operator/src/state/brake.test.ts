import { expect, it } from "vitest";
import { pruneId, release } from "./brake.ts";

const prune = { maxObjects: 10, maxPercent: 20 };
const paths = (count: number) => Array.from({ length: count }, (_, index) => `tenants/t${index}.yaml`);

const input = { known: 1_000, prune, confirmed: undefined, begun: undefined };

it.each([
  [0, 100, "free"],
  [3, 3, "free"],
  [4, 20, "free"],
  [4, 19, "held"],
  [10, 50, "free"],
  [11, 1_000, "held"],
])("T-F23 %i removals of %i objects are %s", (count, known, k) => {
  expect(release({ ...input, paths: paths(count), known }).k).toBe(k);
});

it("lets exactly the confirmed set go", () => {
  const confirmed = pruneId(paths(11));
  const after = (count: number) => release({ ...input, paths: paths(count), confirmed }).k;
  expect(after(11)).toBe("confirmed");
  expect(after(12)).toBe("held");
});

it("lets the rest of a confirmed set go once it has begun", () => {
  const confirmed = pruneId(paths(20));
  expect(release({ ...input, paths: paths(15), confirmed, begun: confirmed }).k).toBe("going");
  expect(release({ ...input, paths: paths(15), confirmed, begun: undefined }).k).toBe("held");
  expect(release({ ...input, paths: paths(15), confirmed: undefined, begun: confirmed }).k).toBe("held");
});

it("knows a set whatever its order", () => {
  expect(pruneId(["a", "b"])).toBe(pruneId(["b", "a"]));
});
