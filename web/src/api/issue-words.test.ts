import { expect, it } from "vitest";
import { issueWords } from "./issue-words.ts";

it.each([
  [{ code: "too_small", origin: "string", minimum: 1, input: "" }, "Fill this in."],
  [{ code: "invalid_type", input: undefined }, "Fill this in."],
  [{ code: "too_small", origin: "number", minimum: 1, input: 0 }, "At least 1."],
  [{ code: "too_big", origin: "string", maximum: 80, input: "x" }, "At most 80 characters."],
  [{ code: "too_big", origin: "array", maximum: 10, input: [] }, "At most 10 entries."],
  [{ code: "invalid_format", input: "A" }, undefined],
])("says of %o: %s", (issue, words) => {
  expect(issueWords(issue)).toBe(words);
});
