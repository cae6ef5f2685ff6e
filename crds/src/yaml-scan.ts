/** Why a text was refused, at which line from 1. */
export interface YamlProblem {
  line: number;
  message: string;
}

export interface YamlLimits {
  bytes: number;
  depth: number;
  nodes: number;
}

/** A piece of the text, and what it is in the grammar; null if it is nothing. */
export interface YamlToken {
  token: string;
  type: string | null;
}

const refused = new Map<string | null, string>([
  ["anchor", "anchors (&name) are not allowed"],
  ["alias", "aliases (*name) are not allowed"],
  ["tag", "tags (!name) are not allowed"],
  ["directive-line", "directives (%NAME) are not allowed"],
  [null, "this character cannot stand here"],
]);
const flowStarts = new Set<string | null>(["flow-map-start", "flow-seq-start"]);
const flowEnds = new Set<string | null>(["flow-map-end", "flow-seq-end"]);
// Here the text leaves all brackets at once: it is not indented as they need it.
const flowsLeft = "flow-error-end";
const scalars = new Set<string | null>(["scalar", "single-quoted-scalar", "double-quoted-scalar"]);
const blockNodes = new Set<string | null>([...scalars, "seq-item-ind", "explicit-key-ind"]);
const counted = new Set<string | null>([...blockNodes, ...flowStarts, "map-value-ind", "comma"]);
// They stand in the token stream but not in the text.
const marks = new Set<string | null>(["scalar", "doc-mode", flowsLeft]);

// A value costs eight tokens at most: its key, its marks, spaces and line end. More is a flood of empty lines.
const tokensPerValue = 10;

/**
 * The first thing among `tokens` that is not plain, bounded data. One look at each, in linear time: nothing is composed
 * before its depth, its number of values and the absence of anchors are known.
 */
export function scanYaml(tokens: Iterable<YamlToken>, limits: YamlLimits): YamlProblem | undefined {
  const nesting = new Nesting();
  let left = limits.nodes * tokensPerValue;
  let nodes = 0;
  let line = 1;
  let column = 0;
  for (const { token, type } of tokens) {
    const why = refused.get(type) ?? openQuote(token, type);
    if (why) return { line, message: why };
    left -= 1;
    if (left < 0) return { line, message: "too many empty lines, comments or spaces" };
    if (!nesting.enter(type, column)) return { line, message: "this bracket closes nothing" };
    if (counted.has(type)) nodes += 1;
    if (nodes > limits.nodes) return { line, message: `more than ${limits.nodes} values` };
    if (nesting.depth > limits.depth) return { line, message: `nested deeper than ${limits.depth}` };
    if (marks.has(type)) continue;
    const rows = token.split("\n");
    line += rows.length - 1;
    column = (rows.length > 1 ? 0 : column) + (rows.at(-1)?.length ?? 0);
  }
  return undefined;
}

/** The parser takes an escaped quote at the end of the text for the closing one. */
function openQuote(token: string, type: string | null): string | undefined {
  if (type !== "double-quoted-scalar" && type !== "single-quoted-scalar") return undefined;
  const escaping = type === "double-quoted-scalar" ? "\\" : "'";
  const last = token.length - 1;
  let at = last - 1;
  while (at > 0 && token[at] === escaping) at -= 1;
  const isClosed = last > 0 && token[last] === token[0] && (last - 1 - at) % 2 === 0;
  return isClosed ? undefined : "the quote is not closed";
}

/**
 * How deep the text is nested, never too low: a block node closes those that began further right, a bracket its own.
 * Within brackets columns mean nothing.
 */
class Nesting {
  readonly #columns: number[] = [];
  #flows = 0;

  get depth(): number {
    return this.#columns.length + this.#flows;
  }

  /** False if it closes a bracket that nobody opened. */
  enter(type: string | null, column: number): boolean {
    if (flowStarts.has(type)) this.#flows += 1;
    if (flowEnds.has(type)) this.#flows -= 1;
    if (type === flowsLeft) this.#flows = 0;
    if (this.#flows === 0 && blockNodes.has(type)) this.#stand(column);
    return this.#flows >= 0;
  }

  #stand(column: number): void {
    while ((this.#columns.at(-1) ?? -1) > column) this.#columns.pop();
    if ((this.#columns.at(-1) ?? -1) < column) this.#columns.push(column);
  }
}
