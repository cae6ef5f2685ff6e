import { expect, it } from "vitest";
import { type Machine, missingNeeds } from "./machine-needs.ts";

const GIB = 1024 ** 3;
const enough: Machine = {
  platform: "linux",
  isRoot: true,
  memoryBytes: 4 * GIB,
  diskBytes: 20 * GIB,
  goVersion: "go1.26.4",
  hasApt: true,
};

it("a machine that has everything lacks nothing", () => {
  expect(missingNeeds(enough, "/state")).toEqual([]);
  expect(missingNeeds({ ...enough, goVersion: "go2.0" }, "/state")).toEqual([]);
});

it.each<[Partial<Machine>, string]>([
  [{ platform: "darwin" }, "The local cluster runs on Linux only; set KUBECONFIG to use a cluster you have."],
  [
    { isRoot: false },
    "The local cluster starts containers and so needs root; run the command as root or set KUBECONFIG.",
  ],
  [{ memoryBytes: 2 * GIB }, "The local cluster needs 3 GiB of memory; this machine has 2.0 GiB."],
  [{ diskBytes: 5.5 * GIB }, "The local cluster needs 12 GiB of free disk at /state; there are 5.5 GiB."],
  [{ goVersion: undefined }, "The local cluster is compiled with Go 1.26 or newer; there is no go on the PATH."],
  [{ goVersion: "go1.9" }, "The local cluster is compiled with Go 1.26 or newer; this machine has go1.9."],
  [
    { hasApt: false },
    "The local cluster takes containerd and others from Debian packages, and there is no apt-get on this machine.",
  ],
])("what is missing is one sentence: %o", (lack, sentence) => {
  expect(missingNeeds({ ...enough, ...lack }, "/state")).toEqual([sentence]);
});

it("all that is missing is said at once", () => {
  expect(missingNeeds({ ...enough, isRoot: false, hasApt: false }, "/state")).toHaveLength(2);
});
