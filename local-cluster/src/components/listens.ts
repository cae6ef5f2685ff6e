import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTEN = "0A";

/** Tells whether a process itself listens on a TCP port, in whatever network namespace; false when it is gone. */
export function listens(pid: number | undefined, port: number): boolean {
  if (pid === undefined) return false;
  try {
    const tables = ["tcp", "tcp6"].map((family) => readFileSync(`/proc/${pid}/net/${family}`, "utf8"));
    const sockets = new Set(tables.flatMap((table) => listeners(table, port)));
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false;
  }
}

/** Returns the listeners on a port in a text of /proc/net/tcp, as links of open files name them: "socket:[number]". */
export function listeners(table: string, port: number): string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [, local, , state] = columns;
    return state === LISTEN && local?.endsWith(ending) ? [`socket:[${columns[9]}]`] : [];
  });
}
