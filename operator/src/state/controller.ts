import { type StateSource, stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import type { Live, Ref } from "../kube/kube.ts";
import { resourceOf } from "../kube/resources.ts";
import { jittered } from "../kube/retry.ts";
import type { Store } from "../kube/store.ts";
import type { GitOptions } from "./git-environment.ts";
import { isHasty, pauseAfter } from "./pace.ts";
import { createParser } from "./parse-in-worker.ts";
import { openRepository } from "./repository-git.ts";
import { newest, type RoundTools, round } from "./round-controller.ts";
import { treeReader } from "./tree-gather.ts";
import { listenForWork } from "./wakes-controller.ts";

export interface StateOptions extends Omit<RoundTools, "repository" | "trees" | "reader">, GitOptions {
  readonly store: Pick<Store, "reader" | "table">;
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

const spread = 0.2;

/**
 * Keeps the objects of our kinds equal to the git source, every 30 s, on a poke and when the source itself changes, one
 * look at a time. Call it only while leading. A cluster without a StateSource is left alone.
 */
export function startState(options: StateOptions): State {
  const { clock, random, log, store } = options;
  const { intervalMillis } = limits.desired;
  const stopping = new AbortController();
  const parser = createParser(clock);
  const repository = openRepository(options);
  const trees = treeReader(repository, parser);
  const tools: RoundTools = { ...options, reader: store.reader, repository, trees };
  const ref: Ref = { resource: resourceOf(stateSource), namespace: options.namespace, name: options.name };
  let isPoked = true; // whatever happened before we led
  let rouse = () => {};
  let hasty = 0;
  let shown: (Live & StateSource) | undefined;

  const once = async () => {
    const cached = store.reader.get<Live & StateSource>(ref);
    if (isPoked && cached !== undefined) parser.warm(); // there are files to read, once git has brought them
    isPoked = false;
    if (cached === undefined) return intervalMillis; // being made, it wakes us
    const { look, shown: after } = await round(tools, ref, newest(cached, shown), stopping.signal);
    shown = after;
    // Somebody changed the source meanwhile: look at what it says now.
    hasty = isHasty(look) || after === undefined ? hasty + 1 : 0;
    return pauseAfter(hasty, (cached.spec.intervalSeconds ?? intervalMillis / 1000) * 1000);
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
        hasty += 1;
        return pauseAfter(hasty, intervalMillis); // the next look may succeed
      });
      await nap(pause);
    }
    await parser.close();
  };
  const poke = () => {
    isPoked = true;
    rouse();
  };

  listenForWork(store, ref, poke);
  const ended = loop();
  return {
    poke,
    stop: async () => {
      stopping.abort(new Error("stopping"));
      rouse();
      await ended;
    },
  };
}
