import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { run } from "../machine/run.ts";
import type { ClusterPlan } from "./plan.ts";

/** Returns in words what the machine still holds of a cluster, or of anything that works in `folder`; [] after a stop. */
export async function leftovers({ network, run: runFolder }: ClusterPlan, folder: string): Promise<string[]> {
  const { namespace, hostInterface } = network;
  const here = (text: string) => text.includes(`${folder}/`) || text.includes(`${runFolder}/`);
  const rules = (await run("iptables-save", [])).split("\n").filter((rule) => rule.includes(namespace));
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n").filter(here);
  return [
    ...(existsSync(`/run/netns/${namespace}`) ? [`network namespace ${namespace}`] : []),
    ...(existsSync(`/sys/class/net/${hostInterface}`) ? [`interface ${hostInterface}`] : []),
    ...rules.map((rule) => `firewall rule ${rule}`),
    ...mounts.map((mount) => `mount ${mount}`),
    ...globSync([`/sys/fs/cgroup/${namespace}`, `/sys/fs/cgroup/*/${namespace}`]).map(
      (path) => `control group ${path}`,
    ),
    ...processesIn(folder),
    ...(existsSync(runFolder) ? [`folder ${runFolder}`] : []),
  ];
}

/** Whatever a cluster or a control plane starts has the folder among its arguments or inherits it in its environment. */
function processesIn(folder: string): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .flatMap((pid) => {
      const line = proc(pid, "cmdline");
      return line.includes(folder) || proc(pid, "environ").includes(folder) ? [`process ${pid} ${line}`] : [];
    });
}

/** Empty when the process has ended. */
function proc(pid: string, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
