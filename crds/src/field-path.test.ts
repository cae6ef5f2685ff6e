import { expect, it } from "vitest";
import { fieldPath } from "./field-path.ts";

it.each([
  [[], ""],
  [["spec"], "spec"],
  [["spec", "processes", 0, "port"], "spec.processes[0].port"],
  [["spec", "grid", 1, 2], "spec.grid[1][2]"],
])("writes %j as the API server does", (path, text) => {
  expect(fieldPath(path)).toBe(text);
});
