import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The way from a local cluster to the control plane. */
export interface Link {
  /** From now on no packet arrives, as when a cable is pulled: nothing is refused, nothing answers. */
  cut(): Promise<void>;
  /** Undoes `cut`; does nothing when the link is whole. */
  heal(): Promise<void>;
}

/** Returns the link that enters the machine by `device`, to `port` of the control plane. Needs root. */
export function clusterLink(device: string, port: number): Link {
  const rule = ["INPUT", "--in-interface", device, "--protocol", "tcp", "--dport", String(port), "--jump", "DROP"];
  const iptables = (verb: string) => run("iptables", ["--wait", verb, ...rule]);
  const isCut = () =>
    iptables("--check").then(
      () => true,
      () => false,
    );
  return {
    async cut() {
      if (!(await isCut())) await iptables("--insert");
    },
    async heal() {
      if (await isCut()) await iptables("--delete");
    },
  };
}
