import { readFileSync } from "node:fs";

const LISTEN = "0A";

/** Tells whether a process's network namespace has a listener on a TCP port; false when the process is gone. */
export function listens(pid: number | undefined, port: number): boolean {
  if (pid === undefined) return false;
  try {
    return ["tcp", "tcp6"].some((family) => hasListener(readFileSync(`/proc/${pid}/net/${family}`, "utf8"), port));
  } catch {
    return false;
  }
}

/** Finds a listener on a port in a text of /proc/net/tcp: address and port are hexadecimal, then comes the state. */
export function hasListener(table: string, port: number): boolean {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").some((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return state === LISTEN && local !== undefined && local.endsWith(ending);
  });
}
