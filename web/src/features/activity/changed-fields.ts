interface ChangedField {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

type Values = Readonly<Record<string, unknown>> | null;

const longest = 200;

/** The fields that differ between two records, down to single values; an absent one is undefined. */
export function changedFields(before: Values, after: Values): ChangedField[] {
  const old = new Map(flat(before ?? {}));
  const now = new Map(flat(after ?? {}));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((change) => change.before !== change.after);
}

/** Every value with its path. Entries of a list are called by their name where they have one: `processes.web.port`. */
function flat(value: unknown, path = ""): [string, string][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value))
    return value.every(isPlain)
      ? leaf(path, value.join(" "))
      : value.flatMap((entry, index) => flat(entry, join(path, nameOf(entry) ?? String(index))));
  if (typeof value === "object")
    return Object.entries(value).flatMap(([key, entry]) =>
      key === "name" && path !== "" ? [] : flat(entry, join(path, key)),
    );
  return leaf(path, String(value));
}

function leaf(path: string, text: string): [string, string][] {
  if (text === "") return [];
  return [[path, text.length > longest ? `${text.slice(0, longest - 1)}…` : text]];
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

function nameOf(entry: unknown): string | undefined {
  return typeof entry === "object" && entry !== null && "name" in entry ? String(entry.name) : undefined;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
