import type { ReportItem, ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import { type ManualClock, manualClock } from "@skypanel/runtime/manual-clock.ts";
import type { FarEnd } from "../../operator/src/hub/a-bad-line.ts";
import { anItem } from "../../operator/src/hub/an-item.ts";
import { goneItem } from "../../operator/src/hub/report-item.ts";
import { type ReportsAtWork, reportsAtWork } from "../../operator/src/hub/reports-at-work.ts";
import type { Random } from "../harness/seeds.ts";

/** The reporting half of an operator, on a clock of the test's, with a cluster whose objects the test changes. */
export interface HubReporter extends ReportsAtWork {
  readonly clock: ManualClock;
  /** What exists, as `uid@revision`, sorted. */
  truth(): string[];
  /** Changes, makes or removes one object; each state has a higher revision than all before. */
  change(chance: Random): void;
  /** Moves the clock and lets every call that begins meanwhile come to its end, in real time. */
  pass(ms: number, steps?: number): Promise<void>;
  stop(): Promise<void>;
}

const objects = 60;

/** Starts it against `far`. */
export function hubReporter(far: FarEnd, random: () => number): HubReporter {
  const clock = manualClock();
  const stop = new AbortController();
  const things = new Map<string, ReportItem>();
  const way = watched(far);
  let revision = 0;
  const atWork = reportsAtWork(way.far, () => [...things.values()], clock, stop.signal, random);
  const { reporting, running } = atWork;
  return {
    ...atWork,
    clock,
    truth: () => [...things.values()].map((thing) => `${thing.uid}@${thing.revision}`).toSorted(),
    change: (chance) => {
      const uid = `u${chance.below(objects)}`;
      const before = things.get(uid);
      if (before !== undefined && chance.chance(0.2)) {
        things.delete(uid);
        reporting.gone(goneItem(before));
        return;
      }
      revision += 1;
      const item = anItem({ uid, name: uid, revision: String(revision) });
      things.set(uid, item);
      reporting.changed(item);
    },
    pass: async (ms, steps = 1) => {
      for (let step = 0; step < steps; step += 1) {
        await clock.advance(ms / steps);
        await way.quiet();
      }
    },
    stop: async () => {
      stop.abort(new Error("the test is over"));
      await running;
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** `far`, and when none of its calls is under way. */
function watched({ epoch, reports }: FarEnd): { far: FarEnd; quiet: () => Promise<void> } {
  const underWay = new Set<Promise<unknown>>();
  const watch = <T>(call: Promise<T>): Promise<T> => {
    underWay.add(call);
    const done = () => void underWay.delete(call);
    call.then(done, done);
    return call;
  };
  return {
    far: {
      epoch: (signal: AbortSignal) => watch(epoch(signal)),
      reports: (body: ReportsBody, signal: AbortSignal) => watch(reports(body, signal)),
    },
    quiet: async () => {
      do {
        await Promise.allSettled(underWay);
        await turn(); // what was answered may ask again at once
      } while (underWay.size > 0);
    },
  };
}
