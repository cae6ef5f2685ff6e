/** What is known of a machine that is to run a cluster. */
export type Machine = {
  readonly platform: string;
  readonly isRoot: boolean;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** As Go says it ("go1.26.4"); undefined without Go. */
  readonly goVersion: string | undefined;
  readonly hasApt: boolean;
};

const GIB = 1024 ** 3;
const MEMORY_GIB = 3;
const DISK_GIB = 12;
const GO = { major: 1, minor: 26 };

/** Returns a sentence for each thing a machine lacks to run a cluster whose state lies in `folder`. */
export function missingNeeds(machine: Machine, folder: string): string[] {
  // Off Linux nothing else matters.
  if (machine.platform !== "linux") {
    return ["The local cluster runs on Linux only; set KUBECONFIG to use a cluster you have."];
  }
  const { isRoot, memoryBytes, diskBytes, goVersion, hasApt } = machine;
  const needs: readonly (readonly [met: boolean, sentence: string])[] = [
    [isRoot, "The local cluster starts containers and so needs root; run the command as root or set KUBECONFIG."],
    [
      memoryBytes >= MEMORY_GIB * GIB,
      `The local cluster needs ${MEMORY_GIB} GiB of memory; this machine has ${gib(memoryBytes)} GiB.`,
    ],
    [
      diskBytes >= DISK_GIB * GIB,
      `The local cluster needs ${DISK_GIB} GiB of free disk at ${folder}; there are ${gib(diskBytes)} GiB.`,
    ],
    [
      isNewEnough(goVersion),
      `The local cluster is compiled with Go ${GO.major}.${GO.minor} or newer; ${goOf(goVersion)}.`,
    ],
    [
      hasApt,
      "The local cluster takes containerd and others from Debian packages, and there is no apt-get on this machine.",
    ],
  ];
  return needs.filter(([met]) => !met).map(([, sentence]) => sentence);
}

function isNewEnough(goVersion: string | undefined): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(goVersion ?? "")?.map(Number) ?? [];
  if (major === undefined || minor === undefined) return false;
  return major > GO.major || (major === GO.major && minor >= GO.minor);
}

function goOf(goVersion: string | undefined): string {
  return goVersion ? `this machine has ${goVersion}` : "there is no go on the PATH";
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1);
}
