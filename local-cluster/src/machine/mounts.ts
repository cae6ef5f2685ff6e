import { readFile } from "node:fs/promises";
import { attempt } from "./run.ts";

/** Unmounts everything that is mounted below the given folders, the deepest first. */
export async function unmountBelow(folders: readonly string[]): Promise<void> {
  const mounted = mountPoints(await readFile("/proc/self/mountinfo", "utf8"));
  const ours = mounted.filter((point) => folders.some((folder) => point.startsWith(`${folder}/`)));
  for (const point of ours.reverse()) {
    const { code } = await attempt("umount", [point]);
    // Busy only while a process that was just killed is still being taken down: let the kernel finish by itself.
    if (code !== 0) await attempt("umount", ["--lazy", point]);
  }
}

/** Returns the mount points of a mountinfo text in the order of mounting. */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split("\n")
    .map((line) => line.split(" ")[4])
    .filter((point) => point !== undefined)
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}
