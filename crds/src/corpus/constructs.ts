import type { Schema } from "../schema.ts";
import type { Place } from "./places.ts";

/** JSON that tries every construct of a field's schema: each type, each bound and one beyond, what no enumeration has. */
export function attempts({ schema, isKey }: Place): string[] {
  if (isKey) return ['"A"', '"-"', '""'];
  return [...wrongTypes, ...numbers(schema), ...texts(schema), ...lists(schema), ...objects(schema)];
}

const wrongTypes = ["7", "-1", "0.5", '"x"', "true", "[]", "{}", "[7]", '[{"x":1}]', '{"x":1}', '{"x":{"y":[]}}'];

function numbers({ minimum, maximum }: Schema): string[] {
  const around = [minimum, maximum].flatMap((bound) => (bound === undefined ? [] : [bound - 1, bound, bound + 1]));
  return around.filter(Number.isSafeInteger).map(String);
}

function texts({ type, minLength = 0, maxLength, enum: choices = [] }: Schema): string[] {
  if (type !== "string") return [];
  const lengths = [minLength, minLength - 1, ...(maxLength === undefined ? [] : [maxLength, maxLength + 1])];
  const words = lengths.filter((length) => length >= 0).flatMap((length) => ["a".repeat(length), "🦊".repeat(length)]);
  return [...choices, ...choices.map((choice) => choice.toLowerCase()), ...words, "a b", "A", "a\nb", "ễ"].map((each) =>
    JSON.stringify(each),
  );
}

function lists({ items, minItems = 0, maxItems }: Schema): string[] {
  if (items === undefined || maxItems === undefined) return [];
  const lengths = [0, minItems, 2, maxItems, maxItems + 1];
  return lengths.map((length) => JSON.stringify(Array.from({ length }, (_, index) => `a${index}`)));
}

function objects({ properties = {}, additionalProperties, maxProperties = 0 }: Schema): string[] {
  const named = Object.keys(properties).map((name) => JSON.stringify({ [name]: 1 }));
  if (additionalProperties === undefined) return named;
  const many = Array.from({ length: maxProperties + 1 }, (_, index) => [`A${index}`, "x"]);
  return [...named, JSON.stringify(Object.fromEntries(many)), '{"A":"x"}', '{"A":1}'];
}
