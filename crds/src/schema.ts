import { z } from "zod";

/** The part of OpenAPI v3 that the API server takes as a structural schema, as far as we use it. */
export interface Schema {
  type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  pattern?: string;
  maxLength?: number;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  maxItems?: number;
  minItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema;
  maxProperties?: number;
  "x-kubernetes-int-or-string"?: true;
  "x-kubernetes-list-type"?: "map";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-validations"?: { rule: string; message: string; fieldPath?: string }[];
}

/** A zod schema uses what a CRD cannot hold or bound. Thrown while generating, never while serving. */
export class SchemaBreach extends Error {
  override name = "SchemaBreach";
}

/** The structural schema of `schema`; throws SchemaBreach, naming kind and field, for anything that is not one. */
export function structuralSchema(schema: z.ZodType, at: string): Schema {
  const json = z.toJSONSchema(schema, {
    target: "openapi-3.0",
    // `output` would mark defaulted fields as required.
    io: "input",
    reused: "inline",
    unrepresentable: "throw",
    override: ({ jsonSchema, zodSchema, path }) => {
      refuseChanges(zodSchema, [at, ...path.filter((part) => part !== "properties")].join("."));
      if (jsonSchema["x-kubernetes-int-or-string"]) mergeIntOrString(jsonSchema);
      // The API server knows other formats; the pattern says the same.
      delete jsonSchema.format;
      // Refused beside `properties`; the API server rejects or drops unknown fields by itself.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const structural = json as Schema; // checked field by field below
  check(structural, at);
  return structural;
}

/** What the API server stores is what was sent: a schema that alters values would give our edges another object. */
function refuseChanges(schema: z.core.$ZodTypes, at: string): void {
  const { def } = schema._zod;
  if (def.type === "pipe" || def.type === "transform" || ("coerce" in def && def.coerce)) {
    throw new SchemaBreach(`${at}: a schema may not change values`);
  }
}

/** The one union that a CRD knows: an integer within bounds, or text of the pattern; each bound holds for its type alone. */
function mergeIntOrString(json: z.core.JSONSchema.BaseSchema): void {
  const branch = (type: string) => json.anyOf?.find((each) => typeof each === "object" && each.type === type);
  const text = branch("string");
  const integer = branch("integer");
  if (typeof text === "object" && text.pattern !== undefined) json.pattern = text.pattern;
  if (typeof text === "object" && text.maxLength !== undefined) json.maxLength = text.maxLength;
  if (typeof integer === "object" && integer.minimum !== undefined) json.minimum = integer.minimum;
  if (typeof integer === "object" && integer.maximum !== undefined) json.maximum = integer.maximum;
  delete json.anyOf;
}

const known = new Set([
  "type",
  "title",
  "description",
  "default",
  "enum",
  "pattern",
  "maxLength",
  "minLength",
  "minimum",
  "maximum",
  "items",
  "maxItems",
  "minItems",
  "properties",
  "required",
  "additionalProperties",
  "maxProperties",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-validations",
]);

function check(schema: Schema, at: string): void {
  for (const word of Object.keys(schema)) {
    if (!known.has(word)) throw new SchemaBreach(`${at}: ${word} is not allowed in a CRD`);
  }
  if (schema.pattern !== undefined && /\(\?[=!<]|\\[1-9]/.test(schema.pattern)) {
    throw new SchemaBreach(`${at}: the pattern is not RE2: ${schema.pattern}`);
  }
  for (const missing of unbounded(schema)) throw new SchemaBreach(`${at}: ${missing} is missing`);
  checkListKeys(schema, at);
  for (const [name, property] of Object.entries(schema.properties ?? {})) check(property, `${at}.${name}`);
  if (schema.items) check(schema.items, `${at}[]`);
  if (schema.additionalProperties) check(schema.additionalProperties, `${at}.*`);
}

/** Bounds that are missing: without them the API server refuses CEL rules as too costly, and etcd fills. */
function unbounded(schema: Schema): string[] {
  const missing: string[] = [];
  const safe = (bound: number | undefined) => bound !== undefined && Math.abs(bound) <= Number.MAX_SAFE_INTEGER;
  if (schema.type === undefined && !schema["x-kubernetes-int-or-string"]) missing.push("type");
  if (schema.type === "string" && schema.enum === undefined && schema.maxLength === undefined)
    missing.push("maxLength");
  if (schema.type === "array" && schema.maxItems === undefined) missing.push("maxItems");
  if (schema.type === "array" && schema.items === undefined) missing.push("items");
  if (schema.additionalProperties && schema.maxProperties === undefined) missing.push("maxProperties");
  if (schema.type === "object" && !schema.properties && !schema.additionalProperties) missing.push("properties");
  const numeric = schema.type === "integer" || schema.type === "number" || schema["x-kubernetes-int-or-string"];
  if (numeric && !safe(schema.minimum)) missing.push("minimum");
  if (numeric && !safe(schema.maximum)) missing.push("maximum");
  return missing;
}

function checkListKeys(schema: Schema, at: string): void {
  for (const key of schema["x-kubernetes-list-map-keys"] ?? []) {
    const property = schema.items?.properties?.[key];
    const given = schema.items?.required?.includes(key) || property?.default !== undefined;
    if (!property || !given) throw new SchemaBreach(`${at}: list key ${key} must be required or have a default`);
  }
}
