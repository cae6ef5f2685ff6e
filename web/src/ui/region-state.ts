/** The part of a cached read that a region looks at. */
export interface Reading<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isError: boolean;
  readonly dataUpdatedAt: number;
}

/** What a region shows: one of these, and never an empty list before a load has finished. */
export type RegionState<T> =
  | { readonly k: "loading" }
  | { readonly k: "forbidden"; readonly detail: string }
  | { readonly k: "error"; readonly error: unknown }
  | { readonly k: "empty" }
  | { readonly k: "filtered" }
  | { readonly k: "stale"; readonly data: T; readonly since: number }
  | { readonly k: "full"; readonly data: T };

interface Judge<T> {
  readonly isEmpty?: ((data: T) => boolean) | undefined;
  readonly isFiltered?: boolean | undefined;
}

/** The state of a region: the last good data stays when a later read fails, and says how old it is. */
export function regionState<T>(reading: Reading<T>, { isEmpty, isFiltered = false }: Judge<T>): RegionState<T> {
  const { data, error, isError, dataUpdatedAt } = reading;
  if (isError && isForbidden(error)) return { k: "forbidden", detail: error.problem.detail };
  if (data === undefined) return isError ? { k: "error", error } : { k: "loading" };
  if (isError) return { k: "stale", data, since: dataUpdatedAt };
  if (isEmpty?.(data)) return { k: isFiltered ? "filtered" : "empty" };
  return { k: "full", data };
}

function isForbidden(error: unknown): error is { problem: { detail: string } } {
  if (typeof error !== "object" || error === null || !("problem" in error)) return false;
  const { problem } = error;
  return typeof problem === "object" && problem !== null && "reason" in problem && problem.reason === "Forbidden";
}
