import { expect, it } from "vitest";
import { bodyOf, type VariableChanges, withRemoved, withSet, withUndone } from "./variable-changes.ts";

const none: VariableChanges = new Map();

it("keeps one wish for a key, the last", () => {
  const changes = withRemoved(
    withSet(none, [
      { key: "A", value: "1" },
      { key: "B", value: "2" },
    ]),
    "A",
  );
  expect(bodyOf(changes)).toEqual({ set: [{ key: "B", value: "2" }], remove: ["A"] });
});

it("forgets a wish that is undone", () => {
  expect(bodyOf(withUndone(withRemoved(none, "A"), "A"))).toEqual({ set: [], remove: [] });
});
