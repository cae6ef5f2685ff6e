import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Component } from "../components/component.ts";
import { daemonPid, startDaemon } from "../machine/daemons.ts";
import { Failure } from "../machine/failure.ts";
import { processGroup } from "../machine/process-group.ts";
import { waitFor } from "../machine/wait.ts";
import type { ClusterPlan } from "./plan.ts";

const READY_MS = 120_000;

type Options = { readonly keep: boolean; readonly signal: AbortSignal };

/** Writes a component's files, starts it and waits until it works; the Failure when it does not names its log. */
export async function startComponent(plan: ClusterPlan, component: Component, options: Options): Promise<void> {
  for (const [path, content] of component.files ?? []) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  const { name } = component.daemon;
  const logs = join(plan.state, "logs");
  const group = processGroup(plan.network.namespace);
  options.signal.throwIfAborted();
  await startDaemon(component.daemon, { run: plan.run, logs, group, keep: options.keep });
  const log = join(logs, `${name}.log`);
  await waitFor({ what: `${name} (its log is ${log})`, deadlineMs: READY_MS, signal: options.signal }, () => {
    if (daemonPid(name, plan.run) === undefined) throw new Failure(`${name} ended at once; ${log} says why.`);
    return component.ready();
  });
}
