/** A line of a corpus: what happens to `value` in a field of the sort `field`. */
export interface Line {
  readonly at: string;
  readonly field: string;
  /** JSON; the text itself matters, for a number may be more than JavaScript can hold. */
  readonly json: string;
  readonly expected: "taken" | "refused";
}

/** The lines of a corpus file. Throws for one that says nothing. */
export function linesOf(file: string, text: string): Line[] {
  return text.split("\n").flatMap((line, index) => {
    if (line === "" || line.startsWith("#")) return [];
    const at = `${file}:${index + 1}`;
    const [, field = "", value = "", expected] = /^(\w+), (.+), (taken|refused)$/.exec(line) ?? [];
    if (expected !== "taken" && expected !== "refused") throw new SyntaxError(`${at}: ${line}`);
    return [{ at, field, json: jsonOf(value), expected }];
  });
}

/** The value a line means: JSON, a generator's, or text in parts. */
function jsonOf(value: string): string {
  const variables = /^variables\((\d+), (\d+)\)$/.exec(value);
  if (variables) return JSON.stringify(someVariables(Number(variables[1]), Number(variables[2])));
  if (!value.includes("repeat(")) return value;
  return JSON.stringify(
    value
      .split(/ \+ (?=repeat\(|")/)
      .map(part)
      .join(""),
  );
}

function part(text: string): string {
  const [, json = text, count = "1"] = /^repeat\((".*"), (\d+)\)$/.exec(text) ?? [];
  return String(JSON.parse(json)).repeat(Number(count));
}

function someVariables(count: number, bytes: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ name: `V${index}`, value: "x".repeat(bytes) }));
}
