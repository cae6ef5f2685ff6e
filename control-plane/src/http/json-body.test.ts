import { expect, it } from "vitest";
import { tooComplex } from "./json-body.ts";

const nested = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
const crowded = (keys: number) => Object.fromEntries(Array.from({ length: keys }, (_, n) => [`k${n}`, n]));

it.each([
  ["nothing", undefined],
  ["a number", 1],
  ["20 levels", nested(20)],
  ["1,000 keys", crowded(1_000)],
])("takes %s", (_, body) => {
  expect(tooComplex(body)).toBeUndefined();
});

it.each([
  ["21 levels", nested(21), "TooLarge"],
  ["1,001 keys", crowded(1_001), "TooLarge"],
  ["1,001 keys deep inside", [[{ a: crowded(1_001) }]], "TooLarge"],
  ["a key __proto__", JSON.parse('{"a":[{"__proto__":1}]}'), "Invalid"],
])("refuses %s", (_, body, reason) => {
  expect(tooComplex(body)).toMatchObject({ reason });
});
