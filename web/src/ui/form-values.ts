/** A number field's value; undefined while it is empty, so that the schema says it is missing. */
export function asNumber(text: unknown): number | undefined {
  return text === "" || text === undefined || text === null ? undefined : Number(text);
}

/** A text field's value; undefined while it is empty. */
export function asOptionalText(text: unknown): string | undefined {
  return typeof text === "string" && text !== "" ? text : undefined;
}

/** The words of a text with one a line; empty lines and the spaces around words do not count. */
export function asLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** What a field of `words` shows: what was typed, as long as it still means them, else the words themselves. */
export function linesShown(typed: string, words: readonly string[]): string {
  const meant = asLines(typed);
  const isMeant = meant.length === words.length && meant.every((word, place) => word === words[place]);
  return isMeant ? typed : words.join("\n");
}
