import { type StateSource, stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Live, Ref } from "../kube/kube.ts";
import { resourceOf } from "../kube/resources.ts";
import type { Store } from "../kube/store.ts";
import type { GitOptions } from "./git-environment.ts";
import { type State, startLoop } from "./loop-controller.ts";
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

/**
 * Keeps the objects of our kinds equal to the git source, every 30 s, on a poke and when the source itself changes, one
 * look at a time. Call it only while leading. A cluster without a StateSource is left alone.
 */
export function startState(options: StateOptions): State {
  const { clock, random, log, store } = options;
  const { intervalMillis } = limits.desired;
  const parser = createParser(clock);
  const repository = openRepository(options);
  const trees = treeReader(repository, parser);
  const tools: RoundTools = { ...options, reader: store.reader, repository, trees };
  const ref: Ref = { resource: resourceOf(stateSource), namespace: options.namespace, name: options.name };
  let hasty = 0;
  let shown: (Live & StateSource) | undefined;

  const look = async (isPoked: boolean, signal: AbortSignal) => {
    const cached = store.reader.get<Live & StateSource>(ref);
    if (cached === undefined) return intervalMillis; // being made, it wakes us
    if (isPoked) parser.warm(); // there are files to read, once git has brought them
    const seen = await round(tools, ref, newest(cached, shown), signal);
    shown = seen.shown;
    // Without it somebody changed the source meanwhile: look at what it says now.
    hasty = isHasty(seen.look) || shown === undefined ? hasty + 1 : 0;
    return pauseAfter(hasty, (cached.spec.intervalSeconds ?? intervalMillis / 1000) * 1000);
  };

  const state = startLoop({ look, clock, random, log });
  listenForWork(store, ref, state.poke);
  return {
    poke: state.poke,
    stop: async () => {
      await state.stop();
      await parser.close();
    },
  };
}
