import { reason } from "@skypanel/crds/reasons.ts";
import { expect, it } from "vitest";
import { isHasty, pauseAfter } from "./pace.ts";
import type { Look } from "./status.ts";

const point = { commit: "a".repeat(40), sequence: 1 };
const counts = { files: 0, objects: 0, broken: 0, ignored: 0 };
const applied = { k: "applied", point, counts, broken: [], later: 0, isWhole: true, held: undefined } as const;

it.each<[string, Look, boolean]>([
  ["all is applied", applied, false],
  ["an app waits for its namespace", { ...applied, later: 1 }, true],
  ["files are still to be read", { ...applied, isWhole: false }, true],
  ["a file is broken", { ...applied, broken: [{ path: "x", message: "torn" }] }, false],
  ["git is away", { k: "unreachable", why: "no route" }, true],
  ["the API fails", { k: "failed", error: new Error("no"), reason: reason("ApiUnavailable", {}) }, true],
  ["it is suspended", { k: "suspended" }, false],
  ["history was rewritten", { k: "rewritten" }, false],
])("a look is soon followed by another, or not: %s", (_, look, expected) => {
  expect(isHasty(look)).toBe(expected);
});

it("waits ever longer, never longer than the interval", () => {
  expect([0, 1, 2, 3, 6, 7, 100].map((hasty) => pauseAfter(hasty, 30_000))).toEqual([
    30_000, 500, 1_000, 2_000, 16_000, 16_000, 16_000,
  ]);
  expect(pauseAfter(6, 5_000)).toBe(5_000);
});
