import { expect, it } from "vitest";
import { fieldOf } from "./pointers.ts";

it.each([
  ["/name", "name"],
  ["/processes/0/port", "processes.0.port"],
  ["/labels/a~1b~0c", "labels.a/b~c"],
  ["query/limit", undefined],
])("the pointer %s names the field %s", (pointer, field) => {
  expect(fieldOf(pointer)).toBe(field);
});
