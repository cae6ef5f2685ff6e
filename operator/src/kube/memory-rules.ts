import { canonical } from "./hash.ts";
import { type Json, type JsonObject, KubeError, type Live, type Ref } from "./kube.ts";

const subdomain = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const longestName = 253;

// What the API never lets change, by kind.
const fixed: Readonly<Record<string, readonly string[]>> = {
  Secret: ["type"],
  Deployment: ["spec.selector"],
  RoleBinding: ["roleRef"],
};

function invalid(message: string): KubeError {
  return new KubeError("invalid", message, { status: 422 });
}

/** Throws as the API does when an apply is not for the place it is sent to, or the name is none. */
export function checkPlace({ name, namespace }: Ref, { metadata }: JsonObject): void {
  const said: { name?: string; namespace?: string } = Object(metadata);
  if ((said.name ?? name) !== name) throw invalid("metadata.name: is not the name on the URL");
  if ((said.namespace ?? namespace) !== namespace) throw invalid("metadata.namespace: is not the namespace on the URL");
  if (name.length > longestName || !subdomain.test(name)) throw invalid(`metadata.name: Invalid value: "${name}"`);
}

/** Throws as the API does when `after` has another value where none may come. */
export function checkChange(before: Live & JsonObject, after: Live & JsonObject): void {
  const isFrozen = before.immutable === true;
  for (const path of [...(fixed[before.kind] ?? []), ...(isFrozen ? ["data", "immutable"] : [])]) {
    if (canonical(at(before, path)) !== canonical(at(after, path))) throw invalid(`${path}: field is immutable`);
  }
  const { deletionTimestamp, finalizers = [] } = before.metadata;
  const isNew = (one: string) => !finalizers.includes(one);
  if (deletionTimestamp !== undefined && (after.metadata.finalizers ?? []).some(isNew)) {
    throw invalid("metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted");
  }
}

function at(object: JsonObject, path: string): Json {
  return path.split(".").reduce<Json>((value, name) => Object(value)[name] ?? null, object);
}
