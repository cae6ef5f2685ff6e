import { join } from "node:path";
import type { Registry } from "prom-client";
import type { Config } from "./config.ts";
import type { Hub } from "./hub/hub.ts";
import { type StateOptions, startState } from "./state/controller.ts";
import { GitFailed } from "./state/git.ts";
import type { State } from "./state/loop-controller.ts";
import { stateMetrics } from "./state-metrics.ts";

type Given = Pick<StateOptions, "kube" | "store" | "clock" | "random" | "newId" | "log">;

/** Starts the git source that the control plane keeps for this cluster; `hub` is the link to it, if there is one. */
export function startDesiredState(given: Given, config: Config, registry: Registry, hub: Hub | undefined): State {
  const { namespace, allowInsecure, caFile, scratchDir } = config;
  return startState({
    ...{ ...given, namespace, name: "skypanel", allowInsecure, ...(caFile && { caFile }) },
    ...{ directory: join(scratchDir, "state"), metrics: stateMetrics(registry) },
    remote: async () => hub && remoteOf(hub),
  });
}

/** Throws GitFailed with the reason why there is nothing to fetch from yet: it becomes the source's condition. */
export function remoteOf(hub: Pick<Hub, "remote">): { readonly url: string; readonly token: string } {
  const remote = hub.remote();
  if ("why" in remote) throw new GitFailed(remote.why.replace(/\.$/, ""));
  return remote;
}
