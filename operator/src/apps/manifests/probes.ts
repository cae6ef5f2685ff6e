import type { JsonObject } from "../../kube/kube.ts";
import type { Process } from "../gather.ts";

// The defaults of spec.processes[].health, for a Web process that says nothing.
const usual = { periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3, startSeconds: 120 };

/**
 * How the kubelet looks after a Web process: every second until it is up, then in the customer's rhythm. It loses its
 * traffic one failure before it is started again. A Worker has no port, so only its end tells.
 */
export function probes({ port, health }: Process): JsonObject {
  if (port === undefined) return {};
  const { periodSeconds, timeoutSeconds, failureThreshold, startSeconds } = health ?? usual;
  const check = health?.http ? { httpGet: { path: health.http.path, port } } : { tcpSocket: { port } };
  return {
    startupProbe: { ...check, periodSeconds: 1, timeoutSeconds, failureThreshold: startSeconds },
    readinessProbe: { ...check, periodSeconds, timeoutSeconds, failureThreshold: Math.max(1, failureThreshold - 1) },
    livenessProbe: { ...check, periodSeconds, timeoutSeconds, failureThreshold },
  };
}
