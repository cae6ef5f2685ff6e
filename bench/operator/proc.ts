import { readdirSync, readFileSync } from "node:fs";

// Linux counts a process's time in hundredths of a second, on every architecture (USER_HZ).
const tickMs = 10;
const kibPerMib = 1024;

/** Milliseconds of CPU a process and its threads have used so far; `stat` is its /proc/<pid>/stat. */
export function cpuMsIn(stat: string): number {
  // The name, the second field, is the only one that may hold blanks; it ends at the last bracket.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Resident memory in MiB, one decimal, now and at most; `status` is its /proc/<pid>/status. */
export function memoryIn(status: string): { now: number; peak: number } {
  const mib = (field: string) => {
    const kib = Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
    return Math.round((kib / kibPerMib) * 10) / 10;
  };
  return { now: mib("VmRSS"), peak: mib("VmHWM") };
}

/** Milliseconds of CPU the process has used so far. */
export const cpuMs = (pid: number): number => cpuMsIn(readFileSync(`/proc/${pid}/stat`, "utf8"));

/** Its resident memory in MiB. */
export const memory = (pid: number): { now: number; peak: number } =>
  memoryIn(readFileSync(`/proc/${pid}/status`, "utf8"));

/** How many descriptors the process has open. */
export const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** The process on this machine that serves the API at `host`; undefined: it runs elsewhere. */
export function apiServerAt(host: string): number | undefined {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => {
    const words = commandLine(pid);
    return words.includes("kube-apiserver") && words.includes(`--advertise-address=${host}`);
  });
}

function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it ended meanwhile
  }
}
