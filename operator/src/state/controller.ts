import { type StateSource, stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { Reader } from "../kube/controller.ts";
import type { Live, Ref } from "../kube/kube.ts";
import { resourceOf } from "../kube/resources.ts";
import { jittered } from "../kube/retry.ts";
import type { GitOptions } from "./git-environment.ts";
import { createParser } from "./parse-in-worker.ts";
import { openRepository } from "./repository-git.ts";
import { newest, type RoundTools, round } from "./round-controller.ts";
import { treeReader } from "./tree-gather.ts";

export interface StateOptions extends Omit<RoundTools, "repository" | "trees" | "reader">, GitOptions {
  readonly reader: Pick<Reader, "list" | "get">;
  readonly random: () => number;
  /** The name of the StateSource. */
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
  const tools: RoundTools = { ...options, repository, trees: treeReader(repository, parser) };
  const ref: Ref = { resource: resourceOf(stateSource), namespace: options.namespace, name: options.name };
  let isPoked = false;
  let rouse = () => {};
  let behind = 0;
  let shown: (Live & StateSource) | undefined;

  const once = async () => {
    isPoked = false;
    const cached = options.reader.get<Live & StateSource>(ref);
    if (cached === undefined) return soonMs; // asking the cache costs nothing
    const source = newest(cached, shown);
    const { look, shown: after } = await round(tools, ref, source, stopping.signal);
    shown = after;
    if (after === undefined) return soonMs; // somebody changed the source meanwhile: look at what it says now
    const isSoon = look.k === "applied" && (look.later > 0 || !look.isWhole);
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
        return limits.desired.intervalMillis; // the next look may succeed
      });
      await nap(pause);
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
