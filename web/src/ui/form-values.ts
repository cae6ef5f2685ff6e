/** A number field's value; undefined while it is empty, so that the schema says it is missing. */
export function asNumber(text: unknown): number | undefined {
  return text === "" || text === undefined || text === null ? undefined : Number(text);
}

/** A text field's value; undefined while it is empty. */
export function asOptionalText(text: unknown): string | undefined {
  return typeof text === "string" && text !== "" ? text : undefined;
}

/** The words of a command written one a line; an array passes as it is. */
export function asLines(text: unknown): string[] {
  if (Array.isArray(text)) return text.map(String);
  return String(text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
