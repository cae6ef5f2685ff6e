import { type ClusterSettings, clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { type Tenant, tenant as tenantKind } from "@skypanel/crds/kinds/tenant.ts";
import { API_VERSION, type KubeObject } from "@skypanel/crds/meta.ts";
import { covers } from "../kube/covers.ts";
import { revisionAnnotation, tenantLabel } from "../kube/inventory.ts";
import type { JsonObject, Live } from "../kube/kube.ts";
import { controlPlane, managerLabel, sourceAnnotation } from "../labels.ts";
import { clusterFile, type Place, stateKinds } from "./place.ts";
import type { FileProblem } from "./tree.ts";

/** A tree, read and parsed. `isWhole`: every file was looked at. */
export interface ParsedTree {
  readonly files: readonly { readonly place: Place; readonly blob: string; readonly object: KubeObject }[];
  readonly broken: readonly FileProblem[];
  readonly isWhole: boolean;
}

/** An object to apply, exactly as it is sent but for the version it is decided on. */
export interface Change {
  readonly place: Place;
  readonly namespace: string | undefined;
  readonly manifest: JsonObject & { metadata: JsonObject };
  /** What is there now; undefined: nothing. */
  readonly live: Live | undefined;
}

/** An object that no file asks for any more. */
export interface Removal {
  readonly place: Place;
  readonly live: Live;
}

/** What follows from a tree. Removals are complete only if `mayPrune`. */
export interface Plan {
  readonly apply: readonly Change[];
  readonly unchanged: number;
  readonly remove: readonly Removal[];
  readonly broken: readonly FileProblem[];
  readonly mayPrune: boolean;
  readonly confirmed: string | undefined;
}

/**
 * What to apply and what to remove so that the objects from git equal `tree`. `known` are all objects of our kinds:
 * those without the label `control-plane` belong to somebody else, and a file for one of them is broken.
 */
export function plan(tree: ParsedTree, known: readonly Live[]): Plan {
  const byPlace = new Map(known.map((live) => [placeKey(live.kind, live.metadata), live]));
  const namespaces = tenantNamespaces(tree, known);
  const broken = [...tree.broken];
  const apply: Change[] = [];
  const kept = new Set<string>();
  let unchanged = 0;
  for (const { place, blob, object } of tree.files) {
    const namespace = place.tenant === undefined ? undefined : namespaces.get(place.tenant);
    const live = byPlace.get(placeKey(place.kind.kind, { name: place.name, namespace }));
    if (live !== undefined) kept.add(keyOf(live));
    const problem = refusal(place, object, namespace, live);
    const change = { place, namespace, manifest: manifestOf(place, blob, object, namespace), live };
    if (problem !== undefined) broken.push({ path: place.path, message: problem });
    else if (live !== undefined && isCurrent(live, change, blob)) unchanged += 1;
    else apply.push(change);
  }
  return {
    apply: apply.sort((a, b) => rankOf(a.place) - rankOf(b.place)),
    unchanged,
    remove: removals(tree, known, kept),
    broken,
    mayPrune: tree.isWhole && broken.length === 0 && tree.files.some(({ place }) => place.path === clusterFile),
    confirmed: confirmedId(tree),
  };
}

/** Why a file cannot be applied though it is valid by itself. */
function refusal(place: Place, object: KubeObject, namespace: string | undefined, live: Live | undefined) {
  if (place.tenant !== undefined && namespace === undefined) return `there is no tenants/${place.tenant}.yaml`;
  if (object.metadata.namespace !== namespace) return `metadata.namespace: must be ${namespace ?? "absent"}`;
  if (live !== undefined && !isFromGit(live)) return "kubectl manages it. Remove one of the two.";
  return undefined;
}

/** The namespace of each tenant of the tree. That of one whose file is broken is what its object says. */
function tenantNamespaces({ files, broken }: ParsedTree, known: readonly Live[]): ReadonlyMap<string, string> {
  const unread = new Set(broken.map(({ path }) => path));
  const cached = known.filter(
    ({ kind, metadata }) => kind === tenantKind.kind && unread.has(`tenants/${metadata.name}.yaml`),
  );
  const read = files.filter(({ place }) => place.kind === tenantKind).map(({ object }) => object);
  // Both have passed Tenant's schema: at the API server, or in the parser.
  const tenants = [...cached, ...read] as Tenant[];
  return new Map(tenants.map(({ metadata, spec }) => [metadata.name, spec.namespace ?? `sp-${metadata.name}`]));
}

function manifestOf(place: Place, blob: string, object: KubeObject, namespace: string | undefined): Change["manifest"] {
  const { labels, annotations, name } = object.metadata;
  const owner = place.tenant ?? (place.kind === tenantKind ? place.name : undefined);
  return {
    apiVersion: API_VERSION,
    kind: place.kind.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...labels, [managerLabel]: controlPlane, ...(owner === undefined ? {} : { [tenantLabel]: owner }) },
      annotations: { ...annotations, [revisionAnnotation]: blob, [sourceAnnotation]: place.path },
    },
    spec: object.spec as JsonObject, // it came out of a YAML file
  };
}

function isCurrent(live: Live, { manifest }: Change, blob: string): boolean {
  return live.metadata.annotations?.[revisionAnnotation] === blob && covers(live, manifest, {});
}

/** Objects from git that no file of the tree asks for, those that others stand on last. A Tenant stays while it has files. */
function removals({ files, broken }: ParsedTree, known: readonly Live[], kept: ReadonlySet<string>): Removal[] {
  const paths = new Set([...files.map(({ place }) => place.path), ...broken.map(({ path }) => path)]);
  const gone = known.flatMap((live): Removal[] => {
    const place = placeOfLive(live);
    if (place === undefined || !isFromGit(live) || kept.has(keyOf(live))) return [];
    if (live.metadata.deletionTimestamp !== undefined || paths.has(place.path)) return [];
    const hasFiles = place.kind === tenantKind && [...paths].some((path) => path.startsWith(`tenants/${place.name}/`));
    return hasFiles ? [] : [{ place, live }];
  });
  return gone.sort((a, b) => rankOf(b.place) - rankOf(a.place));
}

function confirmedId({ files }: ParsedTree): string | undefined {
  const settings = files.find(({ place }) => place.kind === clusterSettings)?.object;
  return (settings as ClusterSettings | undefined)?.spec.confirmPrune; // parsed by that kind's schema
}

function isFromGit({ metadata }: Live): boolean {
  return metadata.labels?.[managerLabel] === controlPlane;
}

function placeOfLive({ kind, metadata }: Live): Place | undefined {
  const found = stateKinds.find((one) => one.kind === kind);
  const path = metadata.annotations?.[sourceAnnotation] ?? placeKey(kind, metadata);
  return found === undefined ? undefined : { path, kind: found, name: metadata.name };
}

function rankOf({ kind }: Place): number {
  return stateKinds.indexOf(kind);
}

const keyOf = (live: Live) => placeKey(live.kind, live.metadata);
const placeKey = (kind: string, { name, namespace }: { name: string; namespace?: string | undefined }) =>
  `${kind}/${namespace ?? ""}/${name}`;
