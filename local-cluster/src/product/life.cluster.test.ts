import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { workTree } from "../cluster/folder.ts";
import { kubectlPath } from "../cluster/kubectl.ts";
import { leftovers } from "../cluster/leftovers.ts";
import type { ClusterPlan } from "../cluster/plan.ts";
import { findCluster } from "../cluster/slots.ts";
import { run } from "../machine/run.ts";

const PODS = 10;
const DOWN_MS = 90_000;
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skypanel-product-"));
  env = { SKYPANEL_STATE: folder, KUBECONFIG: "" };
});

const down = () => run(process.execPath, ["local-cluster/src/down.ts"], { cwd: workTree, env, deadlineMs: DOWN_MS });

afterAll(async () => {
  await down();
  await rm(folder, { recursive: true, force: true });
});

/** Runs what "npm start" runs, and returns it when it says the given words; fails with all it said when it ends before. */
async function started(words: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["local-cluster/src/start.ts"], {
    cwd: workTree,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (!line.includes(words)) continue;
    child.stdout.resume();
    return child;
  }
  throw new Error(`the start ended before it said "${words}":\n${said.join("\n")}`);
}

function localPlan(): ClusterPlan {
  const plan = findCluster("local", join(folder, "clusters/local"));
  if (plan === undefined) throw new Error("the product has no cluster");
  return plan;
}

/** Pods that take their time to end are ending when this resolves. */
async function endingPods(plan: ClusterPlan): Promise<void> {
  const kubectl = (...args: string[]) => run(kubectlPath(plan), ["--kubeconfig", plan.kubeconfig, ...args]);
  await kubectl("create", "deployment", "many", "--image=localhost/skypanel/hello:1", `--replicas=${PODS}`);
  await kubectl("rollout", "status", "deployment/many", "--timeout=55s");
  await kubectl("delete", "deployment", "many", "--cascade=foreground", "--wait=false");
}

it("Ctrl-C leaves nothing behind, even of pods that are ending", async () => {
  const start = await started("SkyPanel is ready.");
  const plan = localPlan();
  await endingPods(plan);
  expect(await leftovers(plan, folder)).not.toEqual([]);
  start.kill("SIGINT");
  expect(await once(start, "exit")).toEqual([0, null]);
  expect(await leftovers(plan, folder)).toEqual([]);
}, 300_000);

it("local:down clears away what a killed start left", async () => {
  const start = await started("installing the operator");
  const plan = localPlan();
  start.kill("SIGKILL");
  await once(start, "exit");
  await down();
  // The control plane was told by the kernel, and first ends its database.
  await expect.poll(() => leftovers(plan, folder), { timeout: 30_000, interval: 200 }).toEqual([]);
}, 300_000);
