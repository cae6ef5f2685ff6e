/** A field that two versions hold different values in, each as text. */
export interface Difference {
  readonly field: string;
  readonly theirs: string;
  readonly mine: string;
}

/**
 * Where `mine` differs from `theirs`, field by field, in the order of mine; what mine does not mention is no difference,
 * but for entries of a list, which are told apart by their names.
 */
export function differences(theirs: unknown, mine: unknown, field = ""): Difference[] {
  if (mine === undefined || Object.is(theirs, mine)) return [];
  if (!isRecord(mine)) return sameText(theirs, mine) ? [] : [{ field, theirs: print(theirs), mine: print(mine) }];
  const [others, ours] = [keyed(theirs), keyed(mine)];
  const at = (key: string) => (field ? `${field}.${key}` : key);
  const gone = Array.isArray(mine) ? Object.keys(others).filter((key) => !Object.hasOwn(ours, key)) : [];
  return [
    ...gone.map((key) => ({ field: at(key), theirs: "kept", mine: print(undefined) })),
    ...Object.entries(ours).flatMap(([key, value]) => differences(others[key], value, at(key))),
  ];
}

/** The fields of an object, or the entries of a list by name; a list whose entries have none, by place. */
function keyed(value: unknown): Record<string, unknown> {
  if (!Array.isArray(value)) return isRecord(value) ? value : {};
  return Object.fromEntries(value.map((entry, place) => [nameOf(entry) ?? place, entry]));
}

function nameOf(entry: unknown): string | undefined {
  return isRecord(entry) && typeof entry.name === "string" ? entry.name : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !isPlainList(value);
}

/** A list of words is compared as a whole; a list of objects entry by entry. */
function isPlainList(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry !== "object" || entry === null);
}

function sameText(one: unknown, other: unknown): boolean {
  return print(one) === print(other);
}

function print(value: unknown): string {
  if (value === undefined || value === null) return "–";
  return Array.isArray(value) ? value.join(" ") : String(value);
}
