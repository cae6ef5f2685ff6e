import { type FieldHint, formHints } from "@skypanel/crds/hints.ts";
import { app } from "@skypanel/crds/kinds/app.ts";

const byField = new Map(flat(formHints(app)).map((hint) => [hint.field, hint]));

function flat(hints: readonly FieldHint[]): FieldHint[] {
  return hints.flatMap((hint) => [hint, ...flat(hint.fields)]);
}

/** Label and help of a field of an App's spec, the same words `kubectl explain` gives. */
export function hintOf(field: string): { label: string; hint: string } {
  const found = byField.get(field);
  if (!found) throw new Error(`an App has no field ${field}`);
  return { label: found.label, hint: found.help };
}
