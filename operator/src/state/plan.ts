import { type ClusterSettings, clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { tenant as tenantKind } from "@skypanel/crds/kinds/tenant.ts";
import { API_VERSION, type KubeObject } from "@skypanel/crds/meta.ts";
import { covers } from "../kube/covers.ts";
import { revisionAnnotation, tenantLabel } from "../kube/inventory.ts";
import type { JsonObject, Live } from "../kube/kube.ts";
import { controlPlane, managerLabel, sourceAnnotation } from "../labels.ts";
import { clusterFile, type Place, stateKinds } from "./place.ts";
import { type TenantNamespaces, tenantNamespaces } from "./tenant-namespaces.ts";
import type { FileProblem } from "./tree.ts";

/** A file that was read: what it asks for, and where it names its namespace. */
export interface ParsedFile {
  readonly place: Place;
  readonly blob: string;
  readonly object: KubeObject;
  readonly namespaceLine?: number;
}

/** A tree, read and parsed. `isWhole`: every file was looked at. */
export interface ParsedTree {
  readonly files: readonly ParsedFile[];
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

type Refusal = Omit<FileProblem, "path">;

/** What is wrong with a file whose object somebody else made: it is good, and so is the object. */
const managedElsewhere: Refusal = {
  message: "kubectl manages it. Remove one of the two.",
  isElsewhere: true,
};

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
  for (const file of tree.files) {
    const { place, blob, object } = file;
    const namespace = place.tenant === undefined ? undefined : namespaces.of(place.tenant);
    const live = byPlace.get(placeKey(place.kind.kind, { name: place.name, namespace }));
    if (live !== undefined) kept.add(keyOf(live));
    const problem = refusal(file, namespaces, live);
    const change = { place, namespace, manifest: manifestOf(place, blob, object, namespace), live };
    if (problem !== undefined) broken.push({ path: place.path, ...problem });
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
function refusal(file: ParsedFile, namespaces: TenantNamespaces, live: Live | undefined): Refusal | undefined {
  const { place, object, namespaceLine: line } = file;
  const owner = ownerOf(place);
  const namespace = place.tenant === undefined ? undefined : namespaces.of(place.tenant);
  if (place.tenant !== undefined && namespace === undefined) return { message: `there is no tenants/${owner}.yaml` };
  const other = owner === undefined ? undefined : namespaces.takenBy(owner);
  if (other !== undefined) return { message: `the tenant ${other} has the same namespace` };
  if (object.metadata.namespace !== namespace) {
    const message = `metadata.namespace: must be ${namespace ?? "absent"}`;
    return { message, ...(line === undefined ? {} : { line }) };
  }
  return live !== undefined && !isFromGit(live) ? managedElsewhere : undefined;
}

function manifestOf(place: Place, blob: string, object: KubeObject, namespace: string | undefined): Change["manifest"] {
  const { labels, annotations, name } = object.metadata;
  const owner = ownerOf(place);
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

/** The tenant a file is about or belongs to. */
function ownerOf({ tenant, kind, name }: Place): string | undefined {
  return tenant ?? (kind === tenantKind ? name : undefined);
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
