import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { reason } from "@skypanel/crds/reasons.ts";
import type { KindController } from "./kube/controller.ts";

/**
 * The cluster's settings: they have no children, and every kind reads them from the cache. What is left to do is to say
 * that they are taken up; settings that cannot be read are refused by the engine.
 */
export const settingsController: KindController<typeof clusterSettings, undefined> = {
  kind: clusterSettings,
  watches: [],
  indexes: {},
  gather: async () => undefined,
  desired: () => [],
  status: () => ({
    status: { phase: "Current" },
    ready: { status: "True", reason: reason("Running", {}) },
    outcome: { k: "done" },
  }),
};
