import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, hash } from "./hash.ts";
import type { JsonObject } from "./kube.ts";

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
};

describe("hash", () => {
  it("is 16 hex digits of SHA-256", () => {
    expect(hash({ b: [1, "x", null], a: { c: true } })).toMatch(/^[0-9a-f]{16}$/);
  });

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        expect(hash(reversed(value) as JsonObject)).toBe(hash(value as JsonObject));
      }),
    );
  });

  it("tells different values apart", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(hash(a as JsonObject) === hash(b as JsonObject) || isSame).toBe(
          canonical(a as JsonObject) === canonical(b as JsonObject) || isSame,
        );
      }),
    );
  });

  it("leaves out undefined fields, as JSON does", () => {
    expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it("sees the order of a list", () => {
    expect(hash([1, 2])).not.toBe(hash([2, 1]));
  });
});
