/**
 * A version no object has, for the store's history begins after it. An apply that carries it can only create: where an
 * object of the name exists, whoever made it, it is a conflict and changes nothing.
 */
export const neverHad = "1";

const decimal = /^[1-9]\d*$/;

/**
 * Below 0, 0 or above 0 as version `a` is older than, equal to or newer than `b`. Versions of one resource compare as
 * decimal integers (promised since Kubernetes 1.35); undefined if one is not such a number, or missing.
 */
export function compareVersions(a: string | undefined, b: string | undefined): number | undefined {
  if (a === undefined || b === undefined || !decimal.test(a) || !decimal.test(b)) return a === b ? 0 : undefined;
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** True if version `seen` includes `wanted`; unlike versions count only when equal. */
export function hasReached(seen: string | undefined, wanted: string): boolean {
  const order = compareVersions(seen, wanted);
  return order !== undefined && order >= 0;
}
