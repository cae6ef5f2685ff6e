interface ChangedField {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

type Values = Readonly<Record<string, unknown>> | null;

const longest = 200;

/** The fields that differ between two records, each value as short text; a value that was or is absent is `–`. */
export function changedFields(before: Values, after: Values): ChangedField[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .map((field) => ({ field, before: print(before?.[field]), after: print(after?.[field]) }))
    .filter((change) => change.before !== change.after);
}

function print(value: unknown): string {
  if (value === undefined || value === null) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
