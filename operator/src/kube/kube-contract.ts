import { applyContract } from "./kube-contract-apply.ts";
import { type Contender, given } from "./kube-contract-given.ts";
import { readContract } from "./kube-contract-reads.ts";
import { statusContract } from "./kube-contract-status.ts";
import { watchContract } from "./kube-contract-watch.ts";

/** What every implementation of the port must do; the in-memory twin is held to the real server by running both. */
export function kubeContract(open: () => Promise<Contender>): void {
  const world = given(open);
  applyContract(world);
  statusContract(world);
  readContract(world);
  watchContract(world);
}
