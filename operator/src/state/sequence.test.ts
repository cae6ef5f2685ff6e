import { expect, it } from "vitest";
import { orderOf } from "./sequence.ts";

const applied = { commit: "b".repeat(40), sequence: 5 };
const a = "a".repeat(40);

it.each([
  ["the first ever", a, "m\n\nSeq: 1\n", undefined, { k: "next", point: { commit: a, sequence: 1 } }],
  ["the next", a, "m\n\nSeq: 6\n", applied, { k: "next", point: { commit: a, sequence: 6 } }],
  ["the same again", applied.commit, "m\n\nSeq: 5\n", applied, { k: "next", point: applied }],
  ["after a commit without a number", a, "Seq: 7", { commit: "c" }, { k: "next", point: { commit: a, sequence: 7 } }],
  ["older", a, "m\n\nSeq: 4\n", applied, { k: "older" }],
  ["another with its number", a, "m\n\nSeq: 5\n", applied, { k: "rewritten" }],
  ["without a number", a, "m\n", applied, { k: "rewritten" }],
  ["a number in its text only", a, "Seq: 9\n\nmore words\n", applied, { k: "rewritten" }],
  ["a number past counting", a, "m\n\nSeq: 99999999999999999999\n", applied, { k: "rewritten" }],
])("T-F17 a commit is placed: %s", (_, id, message, before, order) => {
  expect(orderOf(id, message, before)).toEqual(order);
});
