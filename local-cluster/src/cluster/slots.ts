import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { daemonPid } from "../machine/daemons.ts";
import { Failure } from "../machine/failure.ts";
import { freePort, isFree } from "../machine/ports.ts";
import { type ClusterPlan, clusterId, planCluster, runFolder, SLOTS } from "./plan.ts";

const SLOT_FOLDER = runFolder("slots");
const FIRST_INGRESS_PORT = 8000;

/** What a cluster keeps of its plan over restarts, so that its addresses and its apps' URLs stay the same if they can. */
type Kept = { readonly slot: number; readonly ingressPort: number };

/** Returns the plan of a cluster that was created before, or undefined when there is none in the folder. */
export function findCluster(name: string, state: string): ClusterPlan | undefined {
  const kept = readKept(state);
  return kept && planCluster(name, state, kept.slot, kept.ingressPort);
}

/** Takes a number of this machine for the cluster, the same as last time if nobody else has it, and plans the cluster. */
export async function claimCluster(name: string, state: string, ingressPort?: number): Promise<ClusterPlan> {
  mkdirSync(state, { recursive: true });
  const kept = readKept(state);
  const slot = claimSlot(clusterId(name, state), kept?.slot);
  const chosen = ingressPort ?? (await portOfApps(clusterId(name, state), slot, kept?.ingressPort));
  writeFileSync(keptFile(state), JSON.stringify({ slot, ingressPort: chosen } satisfies Kept));
  return planCluster(name, state, slot, chosen);
}

/** Gives the cluster's number back; another cluster's number is left alone. */
export function releaseSlot(plan: ClusterPlan): void {
  for (let slot = 1; slot <= SLOTS; slot++) if (slotOwner(slot) === plan.id) rmSync(join(SLOT_FOLDER, String(slot)));
}

/**
 * The port of before, unless somebody took it meanwhile; a relay of ours that a crash left does not count. Else one that
 * follows from the number, so that two clusters started at once do not take the same.
 */
async function portOfApps(id: string, slot: number, kept: number | undefined): Promise<number> {
  const isOurs = daemonPid("relay", runFolder(id)) !== undefined;
  return kept !== undefined && (isOurs || (await isFree(kept))) ? kept : freePort(FIRST_INGRESS_PORT + slot - 1);
}

function claimSlot(id: string, preferred: number | undefined): number {
  mkdirSync(SLOT_FOLDER, { recursive: true });
  const order = Array.from({ length: SLOTS }, (_, index) => index + 1);
  for (const slot of preferred === undefined ? order : [preferred, ...order]) {
    if (slotOwner(slot) === id || tryClaim(slot, id)) return slot;
  }
  throw new Failure(
    `This machine already runs ${SLOTS} clusters; stop one with "npm run local:down -- --name <name>".`,
  );
}

function tryClaim(slot: number, id: string): boolean {
  try {
    writeFileSync(join(SLOT_FOLDER, String(slot)), id, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function slotOwner(slot: number): string | undefined {
  const file = join(SLOT_FOLDER, String(slot));
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function keptFile(state: string): string {
  return join(state, "cluster.json");
}

function readKept(state: string): Kept | undefined {
  if (!existsSync(keptFile(state))) return undefined;
  // Written by claimCluster alone, whole, with exactly these two fields.
  return JSON.parse(readFileSync(keptFile(state), "utf8")) as Kept;
}
