import { reservedVariable } from "@skypanel/crds/fields.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { FieldProblem } from "../../contract/problem.ts";
import { Invalid } from "../../errors.ts";

export interface Setting {
  key: string;
  value: string;
}

const keyPattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const keyMessage = "must be letters, digits and _, not beginning with a digit, at most 128 of them";

/** Throws Invalid ReservedKey for a key that is not the customer's, Invalid for one that is malformed or given twice. */
export function checkSettings(settings: readonly Setting[], pointer: string): void {
  const reserved = settings.flatMap(({ key }, n) =>
    reservedVariable.matches(key) ? [problem(n, "ReservedKey", "is reserved")] : [],
  );
  if (reserved.length > 0) throw refused("ReservedKey", "A key is reserved.", "Choose another name.", reserved);
  const seen = new Set<string>();
  const wrong = settings.flatMap(({ key, value }, n) => {
    if (!keyPattern.test(key)) return [problem(n, "format", keyMessage)];
    if (value.includes("\0")) return [problem(n, "format", "may not contain NUL")];
    if (seen.has(key)) return [problem(n, "duplicate", `${key} is given twice`)];
    seen.add(key);
    return Buffer.byteLength(value) > limits.variables.valueLength ? [problem(n, "too_big", "at most 32 KiB")] : [];
  });
  if (wrong.length > 0) throw refused("Invalid", "A variable is not valid.", "Correct the named variables.", wrong);

  function problem(index: number, reason: string, message: string): FieldProblem {
    return { pointer: `${pointer}/${index}`, reason, message };
  }
}

/** Throws Invalid TooLarge when an app would have more variables, or longer ones in total, than it may. */
export function checkTotal(values: readonly string[]): void {
  const { count, sumBytes } = limits.variables;
  const bytes = values.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (values.length <= count && bytes <= sumBytes) return;
  throw refused(
    "TooLarge",
    `An app may have ${count} variables with ${sumBytes / 1024} KiB of values in total.`,
    "Remove some, or read large values from a file or a database.",
    [],
  );
}

function refused(
  reason: "Invalid" | "ReservedKey" | "TooLarge",
  detail: string,
  remedy: string,
  errors: FieldProblem[],
) {
  return new Invalid({ reason, detail, remedy, errors });
}
