import { type FieldHint, formHints, statusHints } from "./hints.ts";
import { API_VERSION, type Kind } from "./meta.ts";
import { type ReasonClass, reasonNames, reasons } from "./reasons.ts";

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const row = (...cells: string[]) => `| ${cells.map(cell).join(" | ")} |`;
const table = (head: string[], rows: string[]) => [row(...head), row(...head.map(() => "---")), ...rows];

function flat(hints: readonly FieldHint[]): FieldHint[] {
  return hints.flatMap((each) => [each, ...flat(each.fields)]);
}

const units: Partial<Record<FieldHint["input"], string>> = { text: " characters", list: " entries", map: " entries" };

function range({ input, min, max, choices }: FieldHint): string {
  // The whole catalogue would drown the table.
  if (choices) return choices.length === reasonNames.length ? "a [reason](reasons.md)" : choices.join(", ");
  if (max === undefined || input === "quantity") return input;
  return `${input}, ${min ? `${min}–${max}` : `at most ${max}`}${units[input] ?? ""}`;
}

function fieldTable(hints: readonly FieldHint[]): string[] {
  const rows = flat(hints)
    .slice(1)
    .map((each) =>
      row(`\`${each.field}\``, range(each), each.required ? "required" : (each.placeholder ?? ""), each.help),
    );
  return table(["field", "holds", "default", "meaning"], rows);
}

function rulesOf(hints: readonly FieldHint[]): string[] {
  const rules = flat(hints).flatMap(({ field, rules }) => rules.map((rule) => `- \`${field}\`: ${rule}.`));
  return rules.length === 0 ? [] : ["## Rules", "", ...rules, ""];
}

/** The reference page of `kind`, in Markdown. */
export function referencePage(kind: Kind): string {
  const spec = formHints(kind);
  const names = [kind.plural, kind.singular, ...kind.shortNames].map((name) => `\`${name}\``);
  const columns = kind.printerColumns.map(({ name, description, priority }) =>
    row(name + (priority ? " (wide)" : ""), description),
  );
  const name = kind.onlyName ?? `a letter, then letters, digits and dashes; at most ${kind.nameLength}`;
  return `${[
    `# ${kind.kind}`,
    "",
    kind.description,
    "",
    `\`apiVersion: ${API_VERSION}\`, ${kind.scope === "Cluster" ? "cluster-scoped" : "namespaced"}. For kubectl: ${[...new Set(names)].join(", ")}. Name: ${name}.`,
    "",
    "## Spec",
    "",
    ...fieldTable(spec),
    "",
    ...rulesOf(spec),
    "## Status",
    "",
    "Written by the operator alone. Reasons: [reasons](reasons.md).",
    "",
    ...fieldTable(statusHints(kind)),
    "",
    "## Columns",
    "",
    ...table(["column", "shows"], columns),
  ].join("\n")}\n`;
}

const classes: Record<ReasonClass, string> = { o: "fine", p: "in progress", f: "failing, tried again", s: "stalled" };

/** The page of all reasons, in Markdown. */
export function reasonsPage(): string {
  const rows = reasonNames.map((name) =>
    row(name, classes[reasons[name].class], reasons[name].cause, reasons[name].remedy),
  );
  const intro =
    "Why an object is as it is. A condition's reason is one of these, and its message is the cause and the remedy.";
  return `${["# Reasons", "", intro, "", ...table(["reason", "which is", "cause", "remedy"], rows)].join("\n")}\n`;
}
