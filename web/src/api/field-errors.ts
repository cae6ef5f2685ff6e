import type { FieldPath, FieldValues, UseFormSetError } from "react-hook-form";
import { fieldOf } from "./pointers.ts";
import { Problem } from "./problem.ts";

/** Puts the server's refusals beside the fields they name and the focus into the first. */
export function showFieldErrors<T extends FieldValues>(error: unknown, setError: UseFormSetError<T>): void {
  if (!(error instanceof Problem)) return;
  for (const [index, { pointer, message }] of (error.problem.errors ?? []).entries()) {
    const field = fieldOf(pointer);
    // A pointer into the body is a path of the form: both come from one schema.
    if (field) setError(field as FieldPath<T>, { type: "server", message }, { shouldFocus: index === 0 });
  }
}
