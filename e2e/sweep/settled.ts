import { setTimeout as sleep } from "node:timers/promises";
import type { Live } from "../../operator/src/kube/kube.ts";
import { isSettled } from "../harness/settled.ts";
import { countedOf, quietMs, type Running } from "./running.ts";
import type { Stage } from "./stage.ts";

/** What to wait for. */
interface Awaited {
  readonly running: Running;
  readonly stage: Stage;
  /** True: it ends with no app. */
  readonly isEnd?: boolean;
  /** It has not begun before the operator made more calls than that. */
  readonly after?: number;
  /** Ends the wait. */
  readonly isDead?: (() => boolean) | undefined;
}

const calmMs = 400;
const patienceMs = 60_000;

/** Waits until the operator is dead, or all that was asked is and nothing is called any more. */
export async function untilDone({ running, stage, isEnd, after = -1, isDead = () => false }: Awaited): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!isDead()) {
    const calls = running.proxy.calls();
    const isQuiet = quietMs(calls) > calmMs;
    const objects = isQuiet ? await stage.found() : [];
    const isSo = isEnd ? objects.every(isNoApp) : objects.every(isSettled) && countedOf(calls).length > after;
    if (isQuiet && isSo) return;
    if (performance.now() > deadline) throw new Error(`not done in time: ${JSON.stringify(objects)}`);
    await sleep(25);
  }
}

const isNoApp = ({ kind }: Live) => kind !== "App";
