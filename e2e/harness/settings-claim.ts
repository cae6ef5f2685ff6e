import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import type { Hands } from "../../operator/src/hands-at-work.ts";
import { isKubeError, type Ref } from "../../operator/src/kube/kube.ts";
import { configMaps, resourceOf } from "../../operator/src/kube/resources.ts";
import { neverHad } from "../../operator/src/kube/versions.ts";

const claim: Ref = { resource: configMaps, namespace: "default", name: "settings-claim" };
const settings: Ref = { resource: resourceOf(clusterSettings), name: "default" };
const everyMs = 250;

/**
 * Waits until no other test needs ClusterSettings of its own: a cluster has one, and tests run side by side. Returns the end
 * of the claim, which removes the settings. A claim that a killed run left in a cluster that was kept must be removed by hand.
 */
export async function claimSettings({ kube, remove }: Hands): Promise<() => Promise<void>> {
  const metadata = { name: claim.name, namespace: claim.namespace ?? "", resourceVersion: neverHad }; // can only create
  for (;;) {
    try {
      await kube.apply(claim, { metadata }, { manager: "skypanel-state", force: false });
      break;
    } catch (error) {
      if (!isKubeError(error, "conflict")) throw error;
      await systemClock.sleep(everyMs);
    }
  }
  return async () => {
    await remove(settings);
    await remove(claim);
  };
}
