import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { describe, expect, it } from "vitest";
import { aCluster, aManager } from "./kube/a-world.ts";
import type { AnyController } from "./kube/engine.ts";
import { revisionAnnotation } from "./kube/inventory.ts";
import type { JsonObject } from "./kube/kube.ts";
import { resourceOf } from "./kube/resources.ts";
import { settingsController } from "./settings-controller.ts";

const ref = { resource: resourceOf(clusterSettings), name: "default" };

async function taken(spec: JsonObject) {
  const cluster = aCluster();
  const { settle, calls } = await aManager(cluster, [settingsController as AnyController]); // its world is its own
  const metadata = { annotations: { [revisionAnnotation]: "f00d" } };
  cluster.kube.edit(ref, { apiVersion: API_VERSION, kind: "ClusterSettings", metadata, spec });
  await settle();
  await cluster.clock.advance(1_200_000);
  return { calls: calls(), object: cluster.kube.find(ref) };
}

describe("the cluster's settings", () => {
  it("are said to be taken up, in one call", async () => {
    const { calls, object } = await taken({ baseDomain: "apps.example" });
    expect(calls).toEqual(["status clustersettings.paas.skypanel.io/default"]);
    expect(object).toMatchObject({
      status: {
        phase: "Current",
        observedGeneration: 1,
        revision: "f00d",
        conditions: [
          { type: "Ready", status: "True", reason: "Running" },
          { type: "Reconciling", status: "False" },
          { type: "Stalled", status: "False" },
        ],
      },
    });
  });

  it("are refused by name of the field when they cannot be read", async () => {
    const { object } = await taken({ baseDomain: "No Host" });
    expect(object).toMatchObject({
      status: { conditions: [{}, {}, { status: "True", reason: "SpecInvalid" }] },
    });
  });
});
