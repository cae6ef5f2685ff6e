import { type FieldHint, formHints } from "@skypanel/crds/hints.ts";
import { app } from "@skypanel/crds/kinds/app.ts";

const byField = new Map(flat(formHints(app)).map((hint) => [hint.field, hint]));

function flat(hints: readonly FieldHint[]): FieldHint[] {
  return hints.flatMap((hint) => [hint, ...flat(hint.fields)]);
}

function find(field: string): FieldHint {
  const found = byField.get(field);
  if (!found) throw new Error(`an App has no field ${field}`);
  return found;
}

/** Label and help of a field of an App's spec, the same words `kubectl explain` gives. */
export function hintOf(field: string): { label: string; hint: string } {
  const { label, help } = find(field);
  return { label, hint: help };
}

/** What the kind says of a number: its bounds, and as placeholder what holds if nothing is given. */
export function numberOf(field: string): Pick<FieldHint, "min" | "max" | "placeholder"> {
  const { min, max, placeholder } = find(field);
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(placeholder === undefined ? {} : { placeholder }),
  };
}

/** The values a field may have. */
export function choicesOf(field: string): readonly string[] {
  return find(field).choices ?? [];
}
