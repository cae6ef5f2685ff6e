import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cpu, dnsName, hostName, immutable, instant, listMap, mapOf, memory, ruled, text } from "./fields.ts";

const rulesOf = (schema: z.ZodType) => schema.meta()?.["x-kubernetes-validations"];

describe("ruled", () => {
  const base = z.strictObject({ a: z.int(), b: z.int() });
  const small = ruled(base, { cel: "self.a < 9", holds: ({ a }) => a < 9, message: "a is below 9", field: "a" });
  const both = ruled(small, { cel: "self.a < self.b", holds: ({ a, b }) => a < b, message: "a is below b" });

  it("blames the field it names", () => {
    expect(both.safeParse({ a: 10, b: 20 }).error?.issues).toMatchObject([{ path: ["a"], message: "a is below 9" }]);
  });

  it("blames the whole if it names none", () => {
    expect(both.safeParse({ a: 2, b: 1 }).error?.issues).toMatchObject([{ path: [], message: "a is below b" }]);
  });

  it("gives the API server every rule, the first one first", () => {
    expect(rulesOf(both)).toEqual([
      { rule: "self.a < 9", message: "a is below 9", fieldPath: ".a" },
      { rule: "self.a < self.b", message: "a is below b" },
    ]);
  });
});

describe("immutable", () => {
  it("asks the API server to compare old and new, in CEL's spelling", () => {
    const rule =
      "has(self.__namespace__) == has(oldSelf.__namespace__) && (!has(self.__namespace__) || self.__namespace__ == oldSelf.__namespace__)";
    const schema = immutable(z.strictObject({ namespace: text(9).optional() }), "namespace");
    expect(rulesOf(schema)).toMatchObject([{ rule, fieldPath: ".namespace" }]);
  });

  it("says what to do instead", () => {
    expect(rulesOf(immutable(z.strictObject({ engine: text(9) }), "engine"))).toMatchObject([
      { message: "engine cannot change; recreate the object" },
    ]);
  });
});

describe("listMap", () => {
  const list = listMap(z.strictObject({ kind: text(9), name: text(9) }), ["kind", "name"], 2);

  it("takes entries that differ in one key", () => {
    expect(
      list.safeParse([
        { kind: "a", name: "x" },
        { kind: "b", name: "x" },
      ]).success,
    ).toBe(true);
  });

  it("refuses two entries of the same keys", () => {
    expect(
      list.safeParse([
        { kind: "a", name: "x" },
        { kind: "a", name: "x" },
      ]).error?.issues[0]?.message,
    ).toContain("same kind and name");
  });

  it("refuses more entries than its most", () => {
    expect(list.safeParse(["x", "y", "z"].map((name) => ({ kind: "a", name }))).success).toBe(false);
  });
});

describe("mapOf", () => {
  const map = mapOf("^[a-z]+$", z.int(), 2);

  it.each([
    [{ a: 1, b: 2 }, true],
    [{ A: 1 }, false],
    [{ a: "1" }, false],
    [{ a: 1, b: 2, c: 3 }, false],
  ])("judges %j", (value, good) => {
    expect(map.safeParse(value).success).toBe(good);
  });

  it("gives the API server the pattern of its keys as a rule", () => {
    expect(rulesOf(map)).toMatchObject([{ rule: "self.all(name, name.matches('^[a-z]+$'))" }]);
  });
});

describe("fields", () => {
  it("count text as the API server does, by characters that are whole", () => {
    const verdicts = ["🦊🦊", "🦊🦊🦊", "abcd", "\ud83e"].map((value) => text(2).safeParse(value).success);
    expect(verdicts).toEqual([true, false, false, false]);
  });

  it.each([
    [cpu(), ["1", 1, "0.5", "0.001", "250m", "64000m"], ["", "0", 0, "0.0", "0m", "1 core", "128Mi", "-1", 0.5, "1e3"]],
    [
      memory(),
      ["128Mi", "1Gi", "500M", "1.5Gi", 1024, "262144Mi"],
      ["0", "0Mi", "128m", "128MB", "-1Gi", "Gi", "1 Gi", 1.5],
    ],
    [dnsName(5), ["a", "ab-1"], ["", "-a", "a-", "1a", "A", "abcdef", "a.b"]],
    [
      hostName(),
      ["localhost", "a.example", "1.2.example"],
      ["", ".a", "a..b", "a.", "A.example", "a_b", "a/b", "a:80"],
    ],
    [
      instant(),
      ["2030-01-02T03:04:05Z", "2030-01-02T03:04:05.123456Z"],
      ["2030-01-02", "now", "2030-01-02T03:04:05+01:00"],
    ],
  ])("take and refuse what they should", (schema, good, bad) => {
    expect(good.filter((value) => !schema.safeParse(value).success)).toEqual([]);
    expect(bad.filter((value) => schema.safeParse(value).success)).toEqual([]);
  });
});
