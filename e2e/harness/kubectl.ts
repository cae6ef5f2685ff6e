import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** kubectl against one cluster: standard output of one call; throws with standard error when it refuses. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** Returns kubectl bound to a kubeconfig, called by argument vector; each call ends after 60 s. */
export function kubectl(program: string, kubeconfig: string): Kubectl {
  return async (args, input) => {
    const child = run(program, ["--kubeconfig", kubeconfig, ...args], { timeout: 60_000, maxBuffer: 64 * 2 ** 20 });
    child.child.stdin?.end(input ?? "");
    return (await child).stdout;
  };
}
