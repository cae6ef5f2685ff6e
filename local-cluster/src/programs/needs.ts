import { accessSync, constants, statfsSync } from "node:fs";
import { totalmem } from "node:os";
import { Failure } from "../machine/failure.ts";
import { attempt } from "../machine/run.ts";

const GIB = 1024 ** 3;
const MEMORY_GIB = 3;
const DISK_GIB = 12;
const GO = { major: 1, minor: 26 };

/** Throws a Failure with one sentence for each thing this machine lacks to run a cluster whose state lies in `folder`. */
export async function checkNeeds(folder: string): Promise<void> {
  if (process.platform !== "linux") {
    throw new Failure("The local cluster runs on Linux only; set KUBECONFIG to use a cluster you have.");
  }
  const missing = [root(), memory(), disk(folder), await go(), apt()].filter((sentence) => sentence !== undefined);
  if (missing.length > 0) throw new Failure(missing.join("\n"));
}

function root(): string | undefined {
  if (process.getuid?.() === 0) return undefined;
  return "The local cluster starts containers and so needs root; run the command as root or set KUBECONFIG.";
}

function memory(): string | undefined {
  if (totalmem() >= MEMORY_GIB * GIB) return undefined;
  return `The local cluster needs ${MEMORY_GIB} GiB of memory; this machine has ${(totalmem() / GIB).toFixed(1)} GiB.`;
}

function disk(folder: string): string | undefined {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= DISK_GIB * GIB) return undefined;
  return `The local cluster needs ${DISK_GIB} GiB of free disk at ${folder}; there are ${((bavail * bsize) / GIB).toFixed(1)} GiB.`;
}

async function go(): Promise<string | undefined> {
  const wanted = `${GO.major}.${GO.minor}`;
  const found = await attempt("go", ["env", "GOVERSION"]).catch(() => undefined);
  const version = /^go(\d+)\.(\d+)/.exec(found?.stdout ?? "");
  if (version === null) return `The local cluster is compiled with Go ${wanted} or newer, which is not on the PATH.`;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major > GO.major || (major === GO.major && minor >= GO.minor)) return undefined;
  return `The local cluster is compiled with Go ${wanted} or newer; this machine has ${major}.${minor}.`;
}

function apt(): string | undefined {
  try {
    accessSync("/usr/bin/apt-get", constants.X_OK);
    return undefined;
  } catch {
    return "The local cluster takes containerd and others from Debian packages, and there is no apt-get on this machine.";
  }
}
