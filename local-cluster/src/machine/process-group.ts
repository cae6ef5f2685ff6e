import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { waitFor } from "./wait.ts";

const ROOT = "/sys/fs/cgroup";
const TERM_MS = 5_000;
const KILL_MS = 20_000;

/**
 * A control group of the kernel: all processes of a cluster live in one, with whatever they start, so that after a crash
 * exactly they are found, which neither names nor process ids that were reused could promise.
 */
export type ProcessGroup = {
  /** The group's path for programs that make groups below it. */
  readonly path: string;
  create(): Promise<void>;
  /** Moves a process into the group, in the subgroup where no containers are. */
  adopt(pid: number): Promise<void>;
  /** Ends every process below `subgroup`: asks first, then kills; resolves when none is left. */
  end(subgroup: string): Promise<void>;
  /** Removes the group, which must hold no process. */
  remove(): Promise<void>;
};

/** Returns the control group called `name`; nothing is made before create() is called. */
export function processGroup(name: string): ProcessGroup {
  // In version 1 each controller is a tree of its own, and the container runtime wants the parent to exist in all of them.
  const trees = hierarchies();
  const kept = trees.find((tree) => tree.endsWith("/pids")) ?? ROOT;
  const members = (subgroup: string) => processes(join(kept, name, subgroup));
  return {
    path: `/${name}`,
    async create() {
      for (const tree of trees) await mkdir(join(tree, name), { recursive: true });
      await mkdir(join(kept, name, "daemons"), { recursive: true });
    },
    async adopt(pid) {
      await writeFile(join(kept, name, "daemons", "cgroup.procs"), String(pid));
    },
    async end(subgroup) {
      const empty = { what: `the end of ${name}/${subgroup}`, deadlineMs: TERM_MS };
      for (const pid of members(subgroup)) signal(pid, "SIGTERM");
      await waitFor(empty, () => members(subgroup).length === 0).catch(() => undefined);
      await waitFor({ ...empty, deadlineMs: KILL_MS }, () => {
        const left = members(subgroup);
        for (const pid of left) signal(pid, "SIGKILL");
        return left.length === 0;
      });
    },
    async remove() {
      for (const tree of trees) for (const group of [...groups(join(tree, name))].reverse()) await removeGroup(group);
    },
  };
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function hierarchies(): readonly string[] {
  if (existsSync(join(ROOT, "cgroup.controllers"))) return [ROOT];
  return globSync(join(ROOT, "*/cgroup.procs")).map(dirname);
}

function groups(folder: string): readonly string[] {
  return globSync(join(folder, "**/cgroup.procs"))
    .map(dirname)
    .sort((a, b) => a.length - b.length);
}

function processes(folder: string): readonly number[] {
  return groups(folder).flatMap((group) => membersOf(group).split("\n").filter(Boolean).map(Number));
}

async function removeGroup(group: string): Promise<void> {
  await rmdir(group).catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}

/** The process ids a group holds, a line each; none when the group went away meanwhile, as those of containers do. */
function membersOf(group: string): string {
  try {
    return readFileSync(join(group, "cgroup.procs"), "utf8");
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENODEV");
}
