import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProgress } from "../machine/progress.ts";
import { attempt, run } from "../machine/run.ts";
import { type OpenCluster, openCluster } from "./open.ts";

const options = { name: "life", keep: false, durable: true, exposedPorts: [] };
const quiet = createProgress(() => undefined);
const before = process.env.SKYPANEL_STATE;
let folder: string;
let cluster: OpenCluster;

const kubectl = (args: readonly string[]) => run(cluster.kubectl, ["--kubeconfig", cluster.plan.kubeconfig, ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skypanel-life-"));
  process.env.SKYPANEL_STATE = folder;
  cluster = await openCluster(options, quiet);
  await cluster.ready;
});

afterAll(async () => {
  if (before === undefined) delete process.env.SKYPANEL_STATE;
  else process.env.SKYPANEL_STATE = before;
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What of a cluster the machine still holds, in words. */
async function leftovers({ plan }: OpenCluster): Promise<string[]> {
  const { namespace, hostInterface } = plan.network;
  const rules = await run("iptables-save", []);
  const mounts = await readFile("/proc/self/mountinfo", "utf8");
  return [
    ...(existsSync(`/run/netns/${namespace}`) ? ["network namespace"] : []),
    ...(existsSync(`/sys/class/net/${hostInterface}`) ? ["interface"] : []),
    ...(rules.includes(namespace) ? ["firewall rule"] : []),
    ...(mounts.includes(plan.run) || mounts.includes(plan.state) ? ["mount"] : []),
    ...(existsSync(`/sys/fs/cgroup/pids/${namespace}`) ? ["control group"] : []),
    ...((await attempt("pgrep", ["--full", plan.state])).code === 0 ? ["process"] : []),
    ...(existsSync(plan.run) ? ["folder of the run"] : []),
  ];
}

it("a second cluster of a machine keeps its data and leaves nothing when stopped", async () => {
  await kubectl(["create", "configmap", "kept", "--from-literal=word=kept"]);
  expect(await leftovers(cluster)).toEqual(expect.arrayContaining(["network namespace", "control group", "process"]));
  await cluster.stop();
  expect(await leftovers(cluster)).toEqual([]);
  cluster = await openCluster(options, quiet);
  await cluster.ready;
  expect(await kubectl(["get", "configmap", "kept", "--output=jsonpath={.data.word}"])).toBe("kept");
});

it("a kubeconfig is for its owner's eyes", async () => {
  const mode = await run("stat", ["--format=%a", cluster.plan.kubeconfig]);
  expect(mode.trim()).toBe("600");
});
