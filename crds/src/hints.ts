import type { Kind } from "./meta.ts";
import { type Schema, structuralSchema } from "./schema.ts";

/** What a form, or a reader, needs to know of one field of a spec. */
export interface FieldHint {
  /** Path below the object: `spec.processes[].port`. */
  field: string;
  label: string;
  help: string;
  input: "text" | "number" | "quantity" | "choice" | "switch" | "list" | "map" | "group";
  required: boolean;
  /** What holds if nothing is given. */
  placeholder?: string;
  choices?: readonly string[];
  /** Least and most of a number, of the length of a text, of the entries of a list. */
  min?: number;
  max?: number;
  pattern?: string;
  /** What must hold among the fields below, or within each entry, one sentence each. */
  rules: readonly string[];
  fields: readonly FieldHint[];
}

/** Hints for every field of the kind's spec, in the order of the schema. */
export function formHints(kind: Pick<Kind, "spec" | "kind">): readonly FieldHint[] {
  return [hint("spec", structuralSchema(kind.spec, `${kind.kind}.spec`), true)];
}

/** Hints for every field of the kind's status. */
export function statusHints(kind: Pick<Kind, "status" | "kind">): readonly FieldHint[] {
  return [hint("status", structuralSchema(kind.status, `${kind.kind}.status`), false)];
}

function hint(field: string, schema: Schema, required: boolean): FieldHint {
  const { min, max } = boundsOf(schema);
  const placeholder = placeholderOf(schema.default);
  return {
    field,
    label: schema.title ?? field.replace(/^.*\./, ""),
    help: schema.description ?? "",
    input: inputOf(schema),
    required,
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(schema.enum ? { choices: schema.enum } : {}),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(schema.pattern === undefined ? {} : { pattern: schema.pattern }),
    rules: [schema, schema.items]
      .flatMap((each) => each?.["x-kubernetes-validations"] ?? [])
      .map(({ message }) => message),
    fields: below(field, schema),
  };
}

/** A quantity is written as text, whose length a form can bound; its numbers it cannot. */
function boundsOf(schema: Schema): { min?: number | undefined; max?: number | undefined } {
  if (schema["x-kubernetes-int-or-string"]) return { max: schema.maxLength };
  return {
    min: schema.minimum ?? schema.minLength ?? schema.minItems,
    max: schema.maximum ?? schema.maxLength ?? schema.maxItems ?? schema.maxProperties,
  };
}

/** Fields of an object, or of each item of a list of objects. */
function below(field: string, schema: Schema): FieldHint[] {
  const inside = schema.items?.properties ? schema.items : schema;
  const path = inside === schema ? field : `${field}[]`;
  const required = new Set(inside.required);
  return Object.entries(inside.properties ?? {}).map(([name, property]) =>
    hint(`${path}.${name}`, property, required.has(name)),
  );
}

function inputOf(schema: Schema): FieldHint["input"] {
  if (schema["x-kubernetes-int-or-string"]) return "quantity";
  if (schema.enum) return "choice";
  if (schema.additionalProperties) return "map";
  const inputs = {
    object: "group",
    array: "list",
    string: "text",
    integer: "number",
    number: "number",
    boolean: "switch",
  } as const;
  return inputs[schema.type ?? "string"];
}

function placeholderOf(value: unknown): string | undefined {
  return value === undefined || typeof value === "object" ? undefined : String(value);
}
