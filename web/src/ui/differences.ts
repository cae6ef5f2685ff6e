/** A field that two versions hold different values in, each as text. */
export interface Difference {
  readonly field: string;
  readonly theirs: string;
  readonly mine: string;
}

/** Where `mine` differs from `theirs`, field by field, in the order of mine; what mine does not mention is no difference. */
export function differences(theirs: unknown, mine: unknown, field = ""): Difference[] {
  if (mine === undefined || Object.is(theirs, mine)) return [];
  if (!isRecord(mine)) return sameText(theirs, mine) ? [] : [{ field, theirs: print(theirs), mine: print(mine) }];
  const other = isRecord(theirs) ? theirs : {};
  return Object.entries(mine).flatMap(([key, value]) =>
    differences(other[key], value, field ? `${field}.${key}` : key),
  );
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
