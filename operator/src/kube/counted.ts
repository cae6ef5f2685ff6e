import type { Kube } from "./kube.ts";
import type { KubeMetrics } from "./metrics.ts";

/** `kube` for one run; `end` notes how many calls of each verb the run made. Calls cost the API more than us. */
export function counted(kube: Kube, metrics: KubeMetrics): { kube: Kube; end: () => void } {
  const calls = { get: 0, apply: 0, delete: 0 };
  return {
    kube: {
      ...kube,
      get: (...args) => {
        calls.get += 1;
        return kube.get(...args);
      },
      apply: (...args) => {
        calls.apply += 1;
        return kube.apply(...args);
      },
      delete: (...args) => {
        calls.delete += 1;
        return kube.delete(...args);
      },
    },
    end: () => {
      for (const [verb, count] of Object.entries(calls)) metrics.callsPerReconcile.observe({ verb }, count);
    },
  };
}
