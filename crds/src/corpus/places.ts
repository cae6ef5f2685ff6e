import { argument, cpu, dnsName, hostName, memory, objectName, variablePattern } from "../fields.ts";
import { kinds } from "../kinds.ts";
import { type Kind, nameRule } from "../meta.ts";
import { type Schema, structuralSchema } from "../schema.ts";
import { anApp, aSealed, aStateSource, aTenant, type Manifest, someSettings } from "./good-manifests.ts";

/** A field that values can be put into, in a manifest that is good but for them; `isKey`: the name of a map's entry. */
export interface Place {
  readonly kind: Kind;
  readonly path: readonly (string | number)[];
  readonly schema: Schema;
  readonly isKey: boolean;
  /** The sorts of a corpus it is of; none: no corpus is for it. */
  readonly sorts: readonly string[];
}

const patternOf = (field: Parameters<typeof structuralSchema>[0]) => structuralSchema(field, "corpus").pattern;
const patterns = {
  label: patternOf(dnsName(1)),
  subdomain: patternOf(objectName()),
  host: patternOf(hostName()),
  key: variablePattern,
  value: patternOf(argument(1)),
  cpu: patternOf(cpu()),
  memory: patternOf(memory()),
};

function sortsOf({ type, pattern, minimum, maximum, maxLength = 0, items }: Schema): string[] {
  const sorts = Object.entries(patterns).flatMap(([sort, own]) => (own === pattern ? [sort] : []));
  if (pattern === patterns.value && maxLength >= 32_768) sorts.push("long");
  if (items?.properties?.name?.pattern === variablePattern) sorts.push("list");
  if (minimum === 1 && maximum === 65_535) sorts.push("port");
  if (minimum === 0 && maximum === 100) sorts.push("hundred");
  if (type === "integer") sorts.push("integer");
  return sorts;
}

const good: Record<string, Manifest> = Object.fromEntries(
  [anApp(), aTenant(), aSealed(), aStateSource(), someSettings()].map((each) => [each.kind, each]),
);

/** Every field a person fills in, of every kind; of a list, that of its first entry. */
export const places: readonly Place[] = kinds.flatMap((kind) => [
  ...(kind.onlyName === undefined ? [name(kind)] : []),
  ...within(kind, ["spec"], structuralSchema(kind.spec, kind.kind)),
]);

function name(kind: Kind): Place {
  const schema: Schema = { type: "string", maxLength: kind.nameLength, pattern: nameRule.source };
  return { kind, path: ["metadata", "name"], schema, isKey: false, sorts: sortsOf(schema) };
}

function within(kind: Kind, path: Place["path"], schema: Schema): Place[] {
  const below = (schema: Schema | undefined, ...step: Place["path"]) =>
    schema === undefined ? [] : within(kind, [...path, ...step], schema);
  const key = keySchema(schema);
  return [
    { kind, path, schema, isKey: false, sorts: sortsOf(schema) },
    ...(schema.additionalProperties ? [{ kind, path, schema: key, isKey: true, sorts: sortsOf(key) }] : []),
    ...below(schema.additionalProperties, Object.keys(at(good[kind.kind], path) ?? {})[0] ?? ""),
    ...below(schema.items, 0),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => below(property, name)),
  ];
}

/** What the API server holds a map's names to stands in its rules. */
function keySchema(schema: Schema): Schema {
  const rules = schema["x-kubernetes-validations"] ?? [];
  const pattern = /name\.matches\('(.+)'\)/.exec(rules.map(({ rule }) => rule).join("\n"))?.[1];
  return { type: "string", ...(pattern === undefined ? {} : { pattern }) };
}

/** `spec.processes[0].port`, as a refusal names it. */
export function nameOf({ path }: Place): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step}`))
    .join("");
}

/** JSON of a manifest that is good, with `json` at the place. */
export function planted({ kind, path, isKey }: Place, json: string): string {
  const mark = "\ue000planted\ue000";
  const manifest = structuredClone(good[kind.kind] ?? anApp());
  const holder = at(manifest, path.slice(0, -1)) ?? {};
  const last = path.at(-1) ?? "";
  const before = holder[last];
  holder[last] = isKey ? { [mark]: Object.values(before ?? {})[0] } : mark;
  return JSON.stringify(manifest).replace(JSON.stringify(mark), () => json);
}

function at(value: unknown, path: Place["path"]): Record<string, unknown> | undefined {
  // Only fields of objects and lists are looked at, both of which can be read by name.
  return path.reduce<unknown>((each, step) => (each as Record<string, unknown> | undefined)?.[step], value) as
    | Record<string, unknown>
    | undefined;
}
