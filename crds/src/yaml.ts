import {
  CST,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  stringify,
} from "yaml";
import { fieldPath } from "./field-path.ts";
import { limits as bounds } from "./limits.ts";
import { scanYaml, type YamlLimits, type YamlProblem, type YamlToken } from "./yaml-scan.ts";

/** What a text holds: JSON values, and the line (from 1) of every field by its path; or why it was refused. */
export type YamlResult =
  | { ok: true; value: unknown; lines: ReadonlyMap<string, number> }
  | { ok: false; problems: YamlProblem[] };

const problemsShown = 20;

class Refused extends Error {
  readonly at: Node | null;
  constructor(at: Node | null, message: string) {
    super(message);
    this.at = at;
  }
}

/**
 * Reads one YAML document of plain JSON values: no anchor, alias, tag, duplicate key, null document or number that
 * loses digits. Safe for text from strangers; a caller with a deadline runs it in a worker.
 */
export function readYaml(text: string, limits: Partial<YamlLimits> = {}): YamlResult {
  const hostile =
    tooLarge(text, limits.bytes) ?? unreadable(text) ?? scanYaml(tokens(text), { ...bounds.yaml, ...limits });
  if (hostile) return { ok: false, problems: [hostile] };
  const counter = new LineCounter();
  const line = (node: Node | null): number => counter.linePos(node?.range?.[0] ?? 0).line || 1;
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: false,
    stringKeys: true,
    resolveKnownTags: false,
    // The library's own check compares every pair of keys; ours is a Set per map.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: counter,
  });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ code, pos, message }) => ({
      line: counter.linePos(pos[0]).line || 1,
      message: plain(code, message),
    }));
    return { ok: false, problems: problems.slice(0, problemsShown) };
  }
  const lines = new Map<string, number>();
  try {
    const value = toJson(document.contents, [], (path, node) => lines.set(fieldPath(path), line(node)));
    if (value === null) return { ok: false, problems: [{ line: 1, message: "the file is empty" }] };
    return { ok: true, value, lines };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, problems: [{ line: line(error.at), message: error.message }] };
  }
}

/** `value` as YAML that readers of YAML 1.1 and 1.2 understand alike; the same value gives the same bytes. */
export function writeYaml(value: unknown): string {
  return stringify(value, { version: "1.2", compat: "yaml-1.1", aliasDuplicateObjects: false, lineWidth: 0 });
}

function tooLarge(text: string, most: number = bounds.yaml.bytes): YamlProblem | undefined {
  const size = new TextEncoder().encode(text).length;
  return size > most ? { line: 1, message: `${size} bytes; at most ${most} are allowed` } : undefined;
}

const [tab, lineEnd, carriageReturn, space] = [0x09, 0x0a, 0x0d, 0x20];

/** Control characters are no text, and a lone carriage return ends a line for some readers and not for others. */
function unreadable(text: string): YamlProblem | undefined {
  let line = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === lineEnd) line += 1;
    const isFine = code >= space || code === tab || code === lineEnd;
    const isWindows = code === carriageReturn && text.charCodeAt(at + 1) === lineEnd;
    if (!isFine && !isWindows) return { line, message: "control characters are not allowed; escape them in quotes" };
  }
  return undefined;
}

/** A plain or block scalar comes as a mark and then its content, which may look like an indicator and is none. */
function* tokens(text: string): Generator<YamlToken> {
  let isContent = false;
  for (const token of new Lexer().lex(text)) {
    const type: string | null = isContent ? "content" : CST.tokenType(token);
    isContent = type === "scalar";
    yield { token, type };
  }
}

/** The parser's sentence without the piece of the file it likes to quote: files may hold secrets by mistake. */
function plain(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS") return "only one document is allowed";
  return (message.split("\n")[0] ?? "").replace(/: ["'|>].*$| \\.*$/, "").slice(0, bounds.kube.errorLength);
}

type Path = readonly (string | number)[];

function toJson(node: unknown, path: Path, seen: (path: Path, node: Node) => void): unknown {
  if (isMap(node)) {
    seen(path, node);
    return mapToJson(node.items, path, seen);
  }
  if (isSeq(node)) {
    seen(path, node);
    return node.items.map((item, index) => toJson(item, [...path, index], seen));
  }
  if (isScalar(node)) {
    seen(path, node);
    if (typeof node.value === "number") return exact(node, node.value);
    // Half a surrogate pair becomes this in every message to the cluster: what is compared must be what is stored.
    return typeof node.value === "string" ? node.value.toWellFormed() : node.value;
  }
  return null;
}

function mapToJson(
  items: readonly { key: unknown; value: unknown }[],
  path: Path,
  seen: (path: Path, node: Node) => void,
) {
  const map: Record<string, unknown> = {};
  const keys = new Set<string>();
  for (const { key, value } of items) {
    const node = isScalar(key) ? key : null;
    const name = String(node?.value ?? "").toWellFormed();
    if (keys.has(name)) throw new Refused(node, `${fieldPath([...path, name])} is given twice`);
    if (name === "__proto__") throw new Refused(node, "__proto__ is not a field");
    keys.add(name);
    map[name] = toJson(value, [...path, name], seen);
    if (node) seen([...path, name], node);
  }
  return map;
}

function exact(node: Scalar, value: number): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    throw new Refused(node, "the number is too large to be exact; quote it");
  if (/^[-+]?0[0-9]/.test(node.source ?? ""))
    throw new Refused(node, "a number that begins with 0 is read in two ways; quote it, or leave the 0 out");
  return value;
}
