import { applyContract } from "./kube-contract-apply.ts";
import { deleteContract } from "./kube-contract-deletes.ts";
import { type Contender, given } from "./kube-contract-given.ts";
import { listContract } from "./kube-contract-lists.ts";
import { ownershipContract } from "./kube-contract-ownership.ts";
import { readContract } from "./kube-contract-reads.ts";
import { refusalContract } from "./kube-contract-refusals.ts";
import { statusContract } from "./kube-contract-status.ts";
import { watchContract } from "./kube-contract-watch.ts";

/** What every implementation of the port must do; the in-memory twin is held to the real server by running both. */
export function kubeContract(open: () => Promise<Contender>): void {
  const world = given(open);
  applyContract(world);
  statusContract(world);
  ownershipContract(world);
  refusalContract(world);
  readContract(world);
  deleteContract(world);
  listContract(world);
  watchContract(world);
}
