import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cpu, dnsName, listMap, mapOf, text } from "./fields.ts";
import { SchemaBreach, structuralSchema } from "./schema.ts";

describe("structuralSchema", () => {
  it("keeps defaults optional and drops what the API server refuses", () => {
    const schema = z.strictObject({
      name: text(9, 1),
      size: z.int().min(0).max(9).default(3),
      on: z.boolean().optional(),
    });
    expect(structuralSchema(schema, "X")).toEqual({
      type: "object",
      properties: {
        name: { type: "string", minLength: 1, maxLength: 9 },
        size: { type: "integer", minimum: 0, maximum: 9, default: 3 },
        on: { type: "boolean" },
      },
      required: ["name"],
    });
  });

  it("writes a quantity as the API server's integer or text", () => {
    expect(structuralSchema(cpu().default("1").describe("CPU"), "X")).toEqual({
      "x-kubernetes-int-or-string": true,
      pattern: "^([1-9][0-9]{0,3}(\\.[0-9]{1,3})?|0\\.(00[1-9]|0[1-9][0-9]?|[1-9][0-9]{0,2})|[1-9][0-9]{0,6}m)$",
      maxLength: 24,
      minimum: 1,
      maximum: 9_999,
      default: "1",
      description: "CPU",
    });
  });

  it("writes a map with its bound and the rule for its keys", () => {
    expect(structuralSchema(mapOf("^[a-z]$", text(3), 2), "X")).toMatchObject({
      type: "object",
      maxProperties: 2,
      additionalProperties: { type: "string", maxLength: 3 },
      "x-kubernetes-validations": [{ rule: "self.all(name, name.matches('^[a-z]$'))" }],
    });
  });

  it.each([
    ["text without bound", z.string(), "X.f: maxLength"],
    ["a list without bound", z.array(text(1)), "X.f: maxItems"],
    ["a number without bound", z.number(), "X.f: minimum"],
    ["a map without bound", z.record(text(1), text(1)), "X.f: maxProperties"],
    [
      "a quantity without bound",
      z.union([text(1), z.number()]).meta({ "x-kubernetes-int-or-string": true }),
      "minimum",
    ],
    ["a union", z.union([text(1), z.boolean()]), "X.f: anyOf"],
    ["null", text(1).nullable(), "X.f: nullable"],
    ["anything", z.unknown(), "X.f: type"],
    ["an open object", z.looseObject({}), "X.f"],
    ["an object of nothing", z.strictObject({}), ""],
    ["a pattern RE2 lacks", text(1).regex(/^(?!x)/), "X.f: the pattern"],
    ["a pattern with a back reference", text(1).regex(/(a)\1/), "X.f: the pattern"],
    ["an unbounded item", z.array(z.string()).max(1), "X.f[]: maxLength"],
    ["an unbounded value", mapOf("^a$", z.string(), 1), "X.f.*: maxLength"],
    ["an unbounded field within", z.strictObject({ g: z.string() }), "X.f.g: maxLength"],
    [
      "a list key that may be missing",
      listMap(z.strictObject({ name: dnsName(9).optional() }), ["name"], 2),
      "X.f: list key name",
    ],
    ["a list key that is no field", listMap(z.strictObject({ name: dnsName(9) }), ["id"], 2), "X.f: list key id"],
  ])("refuses %s, naming the field", (_, field, message) => {
    const write = () => structuralSchema(z.strictObject({ f: field }), "X");
    if (message === "") expect(write()).toMatchObject({ properties: { f: { type: "object", properties: {} } } });
    else
      expect(write).toThrow(
        expect.objectContaining({ constructor: SchemaBreach, message: expect.stringContaining(message) }),
      );
  });

  it.each([
    ["a date", z.date()],
    ["a transform", text(1).transform(Number)],
    ["coercion", z.coerce.number().min(0).max(1)],
    ["a big integer", z.bigint()],
  ])("refuses %s", (_, field) => {
    expect(() => structuralSchema(z.strictObject({ f: field }), "X")).toThrow();
  });
});
