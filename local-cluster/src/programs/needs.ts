import { accessSync, constants, statfsSync } from "node:fs";
import { totalmem } from "node:os";
import { Failure } from "../machine/failure.ts";
import { attempt } from "../machine/run.ts";
import { type Machine, missingNeeds } from "./machine-needs.ts";

/** Throws a Failure with one sentence for each thing this machine lacks to run a cluster whose state lies in `folder`. */
export async function checkNeeds(folder: string): Promise<void> {
  const missing = missingNeeds(await thisMachine(folder), folder);
  if (missing.length > 0) throw new Failure(missing.join("\n"));
}

async function thisMachine(folder: string): Promise<Machine> {
  const { bavail, bsize } = statfsSync(folder);
  const go = await attempt("go", ["env", "GOVERSION"]).catch(() => undefined);
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    memoryBytes: totalmem(),
    diskBytes: bavail * bsize,
    goVersion: go?.stdout.trim(),
    hasApt: isExecutable("/usr/bin/apt-get"),
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
