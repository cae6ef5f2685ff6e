import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions, hasReached } from "./versions.ts";

describe("versions", () => {
  it("compare as whole numbers of any length", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 80n }), fc.bigInt({ min: 1n, max: 2n ** 80n }), (a, b) => {
        expect(Math.sign(compareVersions(String(a), String(b)) ?? Number.NaN)).toBe(a < b ? -1 : Number(a > b));
      }),
    );
  });

  it("do not compare if they are no numbers, but may be equal", () => {
    expect(compareVersions("a1", "a2")).toBeUndefined();
    expect(compareVersions("a1", "a1")).toBe(0);
    expect(compareVersions(undefined, "5")).toBeUndefined();
  });

  it("are reached by themselves and by later ones", () => {
    expect(["9", "10", "11", undefined].map((seen) => hasReached(seen, "10"))).toEqual([false, true, true, false]);
  });
});
