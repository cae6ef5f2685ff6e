/** One row of a log: a line, or a note about the stream itself. `id` grows by one and never comes twice. */
export interface LogRow {
  readonly id: number;
  readonly kind: "line" | "dropped" | "note";
  readonly instance: string;
  /** RFC 3339, or empty where the source gave no time. */
  readonly at: string;
  readonly text: string;
}

export type NewRow = Omit<LogRow, "id">;

/** Rows held at most; older ones make room. */
export const ringRows = 20_000;

/** The rows of a log, newest last, never more than `capacity`. */
export function createRing(capacity = ringRows) {
  let rows: LogRow[] = [];
  let nextId = 1;
  return {
    /** The rows held; a new array after each change, so that a render can compare. */
    rows: (): readonly LogRow[] => rows,
    push(added: readonly NewRow[]): void {
      if (added.length === 0) return;
      const numbered = added.map((row) => ({ ...row, id: nextId++ }));
      rows = rows.concat(numbered);
      if (rows.length > capacity) rows = rows.slice(rows.length - capacity);
    },
    clear(): void {
      rows = [];
    },
  };
}

/** The rows whose text or instance holds `search`, upper and lower case alike; all of them for an empty search. */
export function matching(rows: readonly LogRow[], search: string): readonly LogRow[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return rows;
  return rows.filter(
    ({ text, instance }) => text.toLowerCase().includes(wanted) || instance.toLowerCase().includes(wanted),
  );
}

/** The index of the row with this id, or of the next one that is there, or of the last. */
export function rowAt(rows: readonly LogRow[], id: number): number {
  const index = rows.findIndex((row) => row.id >= id);
  return index >= 0 ? index : Math.max(0, rows.length - 1);
}

/** The rows as a text file: time, instance, text, one row a line. */
export function asText(rows: readonly LogRow[]): string {
  return rows.map(({ at, instance, text }) => `${[at, instance, text].filter(Boolean).join(" ")}\n`).join("");
}
