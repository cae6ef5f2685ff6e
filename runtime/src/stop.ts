import type { Clock, Millis } from "./clock.ts";
import type { Log } from "./log.ts";

export interface StopOptions {
  clock: Clock;
  log: Log;
  /** All steps together may take this long; then the process ends with code 1. */
  deadlineMs: Millis;
  exit: (code: number) => void;
}

export interface Stop {
  /** Aborted when stopping begins: take no new work. */
  readonly signal: AbortSignal;
  /** Adds a step; steps run one after the other, last added first, as things were started. */
  add(name: string, step: () => Promise<void> | void): void;
  /** Stops once, however often it is called, and exits with `code`, or 1 if a step failed or time ran out. */
  stop(why: string, code?: number): Promise<void>;
}

interface Step {
  name: string;
  run: () => Promise<void> | void;
}

async function runSteps(steps: Step[], log: Log): Promise<boolean> {
  let good = true;
  for (const { name, run } of steps.toReversed()) {
    try {
      await run();
    } catch (error) {
      good = false;
      log.error({ err: error, step: name }, "a step of stopping failed");
    }
  }
  return good;
}

/** The one place a server ends in. */
export function gracefulStop({ clock, log, deadlineMs, exit }: StopOptions): Stop {
  const controller = new AbortController();
  const steps: Step[] = [];
  let stopping: Promise<void> | undefined;

  const run = async (why: string, code: number): Promise<void> => {
    log.info({ why }, "stopping");
    controller.abort(new Error(`stopping: ${why}`));
    const cancelDeadline = clock.setTimer(deadlineMs, () => {
      log.error({ deadlineMs }, "stopping took too long");
      exit(1);
    });
    const good = await runSteps(steps, log);
    cancelDeadline();
    exit(good ? code : 1);
  };

  return {
    signal: controller.signal,
    add: (name, step) => {
      steps.push({ name, run: step });
    },
    stop: (why, code = 0) => {
      stopping ??= run(why, code);
      return stopping;
    },
  };
}

/** Stops on SIGTERM and SIGINT with code 0, on an unhandled error with code 1: an unknown state is not served from. */
export function stopOnSignals(stop: Stop, log: Log, source: NodeJS.EventEmitter): void {
  for (const name of ["SIGTERM", "SIGINT"]) source.on(name, () => void stop.stop(name));
  for (const name of ["unhandledRejection", "uncaughtException"]) {
    source.on(name, (error: unknown) => {
      log.fatal({ err: error }, name);
      void stop.stop(name, 1);
    });
  }
}
