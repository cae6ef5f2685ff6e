import { canonical } from "./hash.ts";
import { type JsonObject, KubeError } from "./kube.ts";
import { leafAt, leavesOf, withLeaf } from "./memory-fields.ts";

/** Which leaves each manager owns. */
export type Owners = ReadonlyMap<string, ReadonlySet<string>>;

/** One apply: whose, what, and whether it takes fields from others. A manager's status counts as another manager. */
interface Application {
  readonly manager: string;
  readonly body: JsonObject;
  readonly part: "main" | "status";
  readonly force: boolean;
}

/**
 * The object and its owners after a server-side apply: what is applied is owned, what was owned and is no longer
 * applied goes unless another owns it too. Throws `conflict` if a field of another would change without force. Pure.
 */
export function applied(
  object: JsonObject,
  owners: Owners,
  { manager, body, part, force }: Application,
): { object: JsonObject; owners: Owners } {
  const owner = `${manager}/${part}`;
  const wanted = leavesOf(body, part);
  const next = new Map([...owners].map(([name, paths]) => [name, new Set(paths)]));
  const before = next.get(owner) ?? new Set();
  next.delete(owner);
  let result = object;
  for (const [path, leaf] of wanted) {
    if (canonical(leafAt(result, path)) !== canonical(leaf)) take(next, path, force);
    result = withLeaf(result, path, leaf);
  }
  const isOwned = (path: string) => wanted.has(path) || [...next.values()].some((paths) => paths.has(path));
  for (const path of before) if (!isOwned(path)) result = withLeaf(result, path, undefined);
  next.set(owner, new Set(wanted.keys()));
  return { object: result, owners: next };
}

function take(owners: Map<string, Set<string>>, path: string, force: boolean): void {
  for (const [name, paths] of owners) {
    if (!paths.has(path)) continue;
    if (!force) throw new KubeError("conflict", `conflict with ${name}`, { status: 409 });
    paths.delete(path);
  }
}
