import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import type { Process } from "./gather.ts";

/**
 * Why a probe of `process` fails, from the kubelet's words about the last one ("Readiness probe failed: HTTP probe
 * failed with statuscode: 500"). Without words, a connection that fails means that nothing listens.
 */
export function probeReason({ port = 0, health }: Process, said: string | undefined): Reason {
  const path = health?.http?.path;
  if (path === undefined || (said !== undefined && /connection refused|no route to host/.test(said))) {
    return reason("PortNotListening", { port });
  }
  return reason("ProbeFailing", { path, result: resultOf(said ?? "", health?.timeoutSeconds ?? 0) });
}

function resultOf(said: string, timeoutSeconds: number): string {
  const status = /statuscode: (\d{3})/.exec(said)?.[1];
  if (status !== undefined) return status;
  return /deadline exceeded|timeout/i.test(said) ? `nothing within ${timeoutSeconds} s` : "nothing of use";
}
