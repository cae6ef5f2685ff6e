import { expect, it } from "vitest";
import { missingPackages } from "./packages.ts";

it("nothing is installed where every file is", () => {
  expect(missingPackages(() => true)).toEqual([]);
});

it("exactly the packages whose file is missing are installed", () => {
  const absent = new Set(["/usr/sbin/conntrack", "/usr/bin/socat"]);
  expect(missingPackages((file) => !absent.has(file))).toEqual(["conntrack", "socat"]);
});

it("a bare machine gets the container runtime first", () => {
  expect(missingPackages(() => false).slice(0, 2)).toEqual(["containerd", "runc"]);
});
