import { existsSync } from "node:fs";
import { Failure } from "../machine/failure.ts";
import type { Progress } from "../machine/progress.ts";
import { attempt, run } from "../machine/run.ts";

/** Debian packages of a cluster node, each with a file whose presence says that it is installed, however it came there. */
const packages: readonly (readonly [name: string, file: string])[] = [
  ["containerd", "/usr/bin/containerd"],
  ["runc", "/usr/sbin/runc"],
  ["containernetworking-plugins", "/usr/lib/cni/ptp"],
  ["iptables", "/usr/sbin/iptables"],
  ["iproute2", "/usr/sbin/ip"],
  ["conntrack", "/usr/sbin/conntrack"],
  ["socat", "/usr/bin/socat"],
  ["ethtool", "/usr/sbin/ethtool"],
  ["openssl", "/usr/bin/openssl"],
  ["procps", "/usr/sbin/sysctl"],
  ["git", "/usr/bin/git"],
  ["ca-certificates", "/etc/ssl/certs/ca-certificates.crt"],
];

const DEADLINE_MS = 10 * 60_000;

/** Installs the Debian packages of a cluster node that this machine lacks; throws a Failure when apt cannot. */
export async function installPackages(progress: Progress): Promise<void> {
  const missing = missingPackages(existsSync);
  if (missing.length === 0) return;
  await progress.step(`installing Debian packages: ${missing.join(", ")}`, () => aptInstall(missing));
}

/** Returns the Debian packages to install on a machine on which the files that `exists` knows are. */
export function missingPackages(exists: (file: string) => boolean): string[] {
  return packages.filter(([, file]) => !exists(file)).map(([name]) => name);
}

async function aptInstall(names: readonly string[]): Promise<void> {
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" }, deadlineMs: DEADLINE_MS };
  // A package list that cannot be refreshed may still be good enough; the install says whether it was.
  await attempt("apt-get", ["update", "-qq"], options);
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...names];
  await run("apt-get", install, options).catch((cause: unknown) => {
    throw new Failure(`apt-get could not install ${names.join(", ")}; install them yourself and start again.`, {
      cause,
    });
  });
  const absent = packages.filter(([name, file]) => names.includes(name) && !existsSync(file));
  if (absent.length > 0) {
    throw new Failure(`These files are not where Debian puts them: ${absent.map(([, file]) => file).join(", ")}.`);
  }
}
