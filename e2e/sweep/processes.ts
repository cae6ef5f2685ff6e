import type { Installation } from "../../operator/src/installation-at-work.ts";
import { startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { seriesIn } from "../harness/metrics-page.ts";
import { operatorProcess } from "../harness/operator-process.ts";
import type { Running } from "./running.ts";

/** Returns what starts operators as processes of their own, each behind a proxy, that see one shard. */
export function processesOf(installation: Installation, shard: string): () => Promise<Running> {
  return async () => {
    const { url: target, ca } = installation.server;
    const proxy = await startFaultProxy({ arrow: "kube", target, ca });
    const child = await operatorProcess(installation, shard, proxy);
    await child.said("leading");
    return {
      proxy,
      runs: async () => seriesIn((await child.ask("/metrics")).body, "controller_runtime_reconcile_total") ?? 0,
      kill: async () => {
        child.signal("SIGKILL");
        await child.ended();
        await proxy.close();
      },
    };
  };
}
