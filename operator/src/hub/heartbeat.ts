import type { HeartbeatBody, Machine } from "@skypanel/control-plane/contract/agent.ts";
import type { StateSource } from "@skypanel/crds/kinds/state-source.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { checks } from "./checks.ts";
import { type ControlPlane, Refused } from "./control-plane.ts";
import type { HubMetrics } from "./metrics.ts";
import type { Survey } from "./survey.ts";

export interface HeartbeatOptions {
  readonly controlPlane: Pick<ControlPlane, "heartbeat">;
  readonly versions: HeartbeatBody["versions"];
  readonly namespace: string;
  readonly survey: (signal: AbortSignal) => Promise<Survey>;
  readonly source: () => StateSource | undefined;
  readonly isTunnelOpen: () => boolean;
  readonly oldestPendingSeconds: () => number | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<HubMetrics, "heartbeats">;
}

const surveyEveryMs: Millis = 60_000;
// Thirty checks of 800 characters, and the envelope.
const machinesBytes = limits.api.bodyBytes - 32 * 1024;

/**
 * Says every 10 s that we live and how we are, until aborted or until the control plane does not know us (any more). A
 * missed beat is not repeated: the next one says more.
 */
export async function beat(options: HeartbeatOptions, signal: AbortSignal): Promise<void> {
  const { controlPlane, clock, log, metrics } = options;
  const look = lookingAround(options);
  while (!signal.aborted) {
    const started = clock.monotonic();
    try {
      await controlPlane.heartbeat(bodyOf(options, await look(signal)), signal);
      metrics.heartbeats.inc({ result: "ok" });
    } catch (error) {
      if (signal.aborted) return;
      metrics.heartbeats.inc({ result: "failed" });
      log.warn({ err: error }, "heartbeat failed");
      if (error instanceof Refused && (error.status === 401 || error.status === 403)) return;
    }
    const rest = limits.heartbeat.everyMillis - (clock.monotonic() - started);
    await clock.sleep(Math.max(0, rest), signal).catch(() => undefined); // aborted: the loop ends
  }
}

/** The survey of at most a minute ago; while the API server is away the last one, for a heartbeat must not wait for it. */
function lookingAround({ survey, clock, log }: HeartbeatOptions): (signal: AbortSignal) => Promise<Survey | undefined> {
  let last: Survey | undefined;
  let nextAt = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    if (clock.monotonic() < nextAt) return last;
    try {
      last = await survey(AbortSignal.any([signal, AbortSignal.timeout(limits.heartbeat.everyMillis / 2)]));
      nextAt = clock.monotonic() + surveyEveryMs;
    } catch (error) {
      log.warn({ err: error }, "the cluster could not be surveyed");
    }
    return last;
  };
}

function bodyOf(options: HeartbeatOptions, survey: Survey | undefined): HeartbeatBody {
  const { versions, namespace, oldestPendingSeconds } = options;
  const source = options.source();
  const applied = source?.status?.applied;
  return {
    versions,
    machines: fitting(survey?.machines ?? []),
    checks: checks({ versions, survey, source, isTunnelOpen: options.isTunnelOpen(), namespace }),
    appliedSeq: applied?.sequence ?? null,
    appliedCommit: applied?.commit ?? null,
    oldestPendingSeconds: oldestPendingSeconds(),
  };
}

/** As many machines as fit into a heartbeat beside the rest of it: to understate a huge cluster is better than to be silent. */
function fitting(machines: readonly Machine[]): Machine[] {
  let left = machinesBytes;
  return machines.filter((one) => {
    left -= Buffer.byteLength(JSON.stringify(one)) + 1;
    return left >= 0;
  });
}
