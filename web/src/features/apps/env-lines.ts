/** One variable that was pasted. */
export interface PastedVariable {
  readonly key: string;
  readonly value: string;
}

/** A line that is no variable: its number, from 1, and why. */
export interface LineProblem {
  readonly line: number;
  readonly message: string;
}

const assignment = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/;

/**
 * Variables of `KEY=value` lines as in an `.env` file. Empty lines and lines of `#` are left out; quotes around a whole
 * value are taken off (in double ones `\n`, `\"` and `\\` mean what they say); the last of a key wins. Values stay as
 * they are otherwise: no `${…}` is filled in, because no one would see with what.
 */
export function envLines(text: string): { variables: PastedVariable[]; problems: LineProblem[] } {
  const variables = new Map<string, string>();
  const problems: LineProblem[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, key, rest] = assignment.exec(line) ?? [];
    if (key === undefined || rest === undefined) {
      problems.push({ line: index + 1, message: "is not KEY=value" });
      continue;
    }
    variables.set(key, unquoted(rest.trim()));
  }
  return { variables: [...variables].map(([key, value]) => ({ key, value })), problems };
}

const escapes: Record<string, string> = { n: "\n", '"': '"', "\\": "\\" };

function unquoted(value: string): string {
  if (/^'[^']*'$/.test(value)) return value.slice(1, -1);
  if (!/^"(?:[^"\\]|\\.)*"$/.test(value)) return value;
  return value.slice(1, -1).replace(/\\(.)/g, (whole, character: string) => escapes[character] ?? whole);
}
