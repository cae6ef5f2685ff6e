import type { ReportItem, ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import type { ManualClock } from "@skypanel/runtime/manual-clock.ts";
import { Registry } from "prom-client";
import type { FarEnd } from "./a-bad-line.ts";
import { hubMetrics } from "./metrics.ts";
import { type Reports, reports } from "./reports.ts";

/** Reports that run against a control plane of the test's. */
export interface ReportsAtWork {
  readonly reporting: Reports;
  readonly registry: Registry;
  readonly running: Promise<void>;
}

/** Starts reports of what `list` gives, on `clock`, until `signal` aborts. */
export function reportsAtWork(
  controlPlane: FarEnd,
  list: () => readonly ReportItem[],
  clock: ManualClock,
  signal: AbortSignal,
  random: () => number = () => 0.5,
): ReportsAtWork {
  const registry = new Registry();
  const log = createLog({ name: "test", level: "silent" });
  const reporting = reports({ controlPlane, list, clock, random, log, metrics: hubMetrics(registry) });
  return { reporting, registry, running: reporting.run(signal) };
}

export type Answer = boolean | Error;

/** A control plane that gives these answers in turn and then accepts, or answers by the report; it keeps what was sent. */
export function answering(answers: Answer[] | ((body: ReportsBody) => Answer) = []): FarEnd & { sent: ReportsBody[] } {
  const sent: ReportsBody[] = [];
  let epoch = 0;
  return {
    sent,
    epoch: async () => {
      epoch += 1;
      return epoch;
    },
    reports: async (body) => {
      sent.push(body);
      const answer = Array.isArray(answers) ? (answers.shift() ?? true) : answers(body);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}
