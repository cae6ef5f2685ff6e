import { type StateSource, stateSourceSpec } from "@skypanel/crds/kinds/state-source.ts";
import { fromRfc3339 } from "@skypanel/crds/time.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { isKubeError, type Live, type Ref } from "../kube/kube.ts";
import { outcomeOf } from "../kube/outcome.ts";
import { isSameStatus, type Owner, statusOf } from "../kube/status.ts";
import { compareVersions } from "../kube/versions.ts";
import { type Announce, type LookTools, look } from "./look-controller.ts";
import { type Look, status } from "./status.ts";

/** What a round works with besides what its look does. */
export interface RoundTools extends LookTools {
  readonly newId: () => string;
  readonly log: Log;
  /** Where the StateSource is. */
  readonly namespace: string;
}

/** A round's result, and the source as it is after it; undefined if somebody changed it meanwhile. */
export interface Round {
  readonly look: Look;
  readonly shown: (Live & StateSource) | undefined;
}

/** One look and its status. */
export async function round(
  options: RoundTools,
  ref: Ref,
  source: Live & StateSource,
  signal: AbortSignal,
): Promise<Round> {
  let current = source;
  const say = async (said: Look) => {
    current = await show(options, ref, current, said, signal);
  };
  const result = await attempt(options, source, say, signal);
  try {
    await say(result);
    measure(options, current, result);
    options.log.debug({ look: result.k }, "looked at the source");
    return { look: result, shown: current };
  } catch (error) {
    if (!isKubeError(error, "conflict")) throw error;
    return { look: result, shown: undefined };
  }
}

/** A look whose failure is a result. */
async function attempt(
  options: RoundTools,
  source: StateSource,
  announce: Announce,
  signal: AbortSignal,
): Promise<Look> {
  try {
    const spec = stateSourceSpec.safeParse(source.spec ?? {}); // stored by any version of its schema
    if (!spec.success) return invalid(spec.error.issues[0]);
    return await look(options, { ...source, spec: spec.data }, announce, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const cause = error instanceof Error ? error : new Error("not an error was thrown", { cause: error });
    options.log.error({ err: cause }, "the source could not be applied");
    const { reason } = outcomeOf({
      error: cause,
      ...(isKubeError(error) ? { kind: error.kind } : {}),
      verb: "patch",
      resource: "objects from git",
      namespace: options.namespace,
      id: options.newId(),
    });
    return { k: "failed", error: cause, reason };
  }
}

function invalid(issue: { path: PropertyKey[]; message: string } | undefined): Look {
  return { k: "invalid", field: ["spec", ...(issue?.path ?? [])].join("."), problem: issue?.message ?? "invalid" };
}

/** Writes the whole status, if it says anything new; returns the source as it is then. */
async function show(
  { kube, clock }: RoundTools,
  ref: Ref,
  source: Live & StateSource,
  result: Look,
  signal: AbortSignal,
): Promise<Live & StateSource> {
  const owner = source as Owner; // its status was written by statusOf
  const now = clock.now();
  const verdict = status(source, result, now);
  const findings = { said: verdict, outcome: verdict.outcome, inventory: [], isGenerationSettled: true, failures: 0 };
  const next = statusOf(owner, findings, now);
  if (isSameStatus(owner.status, next)) return source;
  const { name, namespace, uid, resourceVersion } = source.metadata;
  const body = { metadata: { name, namespace, uid, resourceVersion }, status: next };
  const options = { manager: "skypanel-operator", force: true, status: true, signal } as const;
  return (await kube.apply<Live & StateSource>(ref, body, options)).object;
}

/** Of the cached source and the one we wrote last, the newer: our own write counts before the cache has seen it. */
export function newest(cached: Live & StateSource, shown: (Live & StateSource) | undefined): Live & StateSource {
  if (shown === undefined || shown.metadata.uid !== cached.metadata.uid) return cached;
  const order = compareVersions(shown.metadata.resourceVersion, cached.metadata.resourceVersion);
  return order !== undefined && order > 0 ? shown : cached;
}

function measure({ metrics, clock }: RoundTools, { status: shown }: StateSource, result: Look): void {
  if (result.k === "older") metrics.older.inc();
  const ready = shown?.conditions?.find(({ type }) => type === "Ready");
  const sinceMs = fromRfc3339(ready?.lastTransitionTime ?? "") ?? clock.now();
  metrics.lag.set(ready?.status === "True" ? 0 : (clock.now() - sinceMs) / 1000);
  if (shown?.applied?.sequence !== undefined) metrics.sequence.set(shown.applied.sequence);
  if (result.k !== "applied") return;
  metrics.broken.set(result.broken.length);
  metrics.held.set(result.held?.paths.length ?? 0);
}
