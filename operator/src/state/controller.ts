import { type StateSource, stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { fromRfc3339, type Millis } from "@skypanel/crds/time.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Reader } from "../kube/controller.ts";
import { isKubeError, type Live, type Ref } from "../kube/kube.ts";
import { outcomeOf } from "../kube/outcome.ts";
import { resourceOf } from "../kube/resources.ts";
import { jittered } from "../kube/retry.ts";
import { isSameStatus, type Owner, statusOf } from "../kube/status.ts";
import { openRepository } from "./git.ts";
import type { GitOptions } from "./git-environment.ts";
import { type LookTools, look } from "./look-controller.ts";
import { createParser } from "./parse-in-worker.ts";
import { type Look, status } from "./status.ts";
import { treeReader } from "./tree-gather.ts";

export interface StateOptions extends Omit<LookTools, "repository" | "trees" | "reader">, GitOptions {
  readonly reader: Pick<Reader, "list" | "get">;
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Log;
  /** Where the StateSource is. */
  readonly namespace: string;
  readonly name: string;
}

/** The git source at work. */
export interface State {
  /** Looks now; a poke during a look adds one look. */
  poke(): void;
  /** Resolves once the look that runs has ended. */
  stop(): Promise<void>;
}

const soonMs: Millis = 500;
const spread = 0.2;

/**
 * Keeps the objects of our kinds equal to the git source, every 30 s and on a poke, one look at a time. Call it only
 * while leading. A cluster without a StateSource is left alone.
 */
export function startState(options: StateOptions): State {
  const { clock, random, log } = options;
  const stopping = new AbortController();
  const parser = createParser(clock);
  const repository = openRepository(options);
  const tools: LookTools = { ...options, repository, trees: treeReader(repository, parser) };
  const ref: Ref = { resource: resourceOf(stateSource), namespace: options.namespace, name: options.name };
  let isPoked = false;
  let rouse = () => {};
  let behind = 0;

  const once = async () => {
    isPoked = false;
    const source = options.reader.get<Live & StateSource>(ref);
    if (source === undefined) return undefined;
    const result = await attempt(options, tools, source, stopping.signal);
    await show(options, ref, source, result, stopping.signal);
    measure(tools, source, result);
    log.debug({ look: result.k }, "looked at the source");
    const isSoon = result.k === "applied" && (result.later > 0 || !result.isWhole);
    behind = isSoon ? behind + 1 : 0;
    return isSoon ? soonMs * 2 ** Math.min(behind - 1, 5) : source.spec.intervalSeconds * 1000;
  };
  const nap = async (ms: Millis) => {
    if (isPoked || stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.setTimer(jittered(ms, spread, random()), resolve);
      rouse = () => {
        cancel();
        resolve();
      };
    });
    rouse = () => {};
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const pause = await once().catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, "the source could not be looked at");
        return undefined; // the next look may succeed
      });
      await nap(pause ?? limits.desired.intervalMillis);
    }
    await parser.close();
  };

  const ended = loop();
  return {
    poke: () => {
      isPoked = true;
      rouse();
    },
    stop: async () => {
      stopping.abort(new Error("stopping"));
      rouse();
      await ended;
    },
  };
}

/** A look whose failure is a result. */
async function attempt(
  options: StateOptions,
  tools: LookTools,
  source: StateSource,
  signal: AbortSignal,
): Promise<Look> {
  try {
    return await look(tools, source, signal);
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

/** Writes the whole status, if it says anything new. */
async function show(
  { kube, clock }: StateOptions,
  ref: Ref,
  source: Live & StateSource,
  result: Look,
  signal: AbortSignal,
): Promise<void> {
  const owner = source as Owner; // its status was written by statusOf
  const now = clock.now();
  const verdict = status(source, result, now);
  const findings = { said: verdict, outcome: verdict.outcome, inventory: [], isGenerationSettled: true, failures: 0 };
  const next = statusOf(owner, findings, now);
  if (isSameStatus(owner.status, next)) return;
  const { name, namespace, uid, resourceVersion } = source.metadata;
  const body = { metadata: { name, namespace, uid, resourceVersion }, status: next };
  await kube.apply(ref, body, { manager: "skypanel-operator", force: true, status: true, signal });
}

function measure({ metrics, clock }: LookTools, source: StateSource, result: Look): void {
  if (result.k !== "applied") return;
  const since = source.status?.conditions?.find(({ type }) => type === "Ready");
  const isBehind = result.later > 0 || result.broken.length > 0 || result.held !== undefined;
  const sinceMs = fromRfc3339(since?.lastTransitionTime ?? "") ?? clock.now();
  metrics.lag.set(isBehind && since?.status === "False" ? (clock.now() - sinceMs) / 1000 : 0);
  metrics.sequence.set(result.point.sequence);
  metrics.broken.set(result.broken.length);
  metrics.held.set(result.held?.paths.length ?? 0);
}
