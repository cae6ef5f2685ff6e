import { app } from "@skypanel/crds/kinds/app.ts";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { describe, expect, it } from "vitest";
import { deployments, resourceOf } from "./kube/resources.ts";
import { shardSelector } from "./shard.ts";

describe("an operator with a shard", () => {
  it("sees our kinds of that shard, and all else whole", () => {
    const of = shardSelector("eu-1");
    expect(of(resourceOf(app))).toBe("paas.skypanel.io/shard=eu-1");
    expect([of(deployments), of(resourceOf(clusterSettings)), of(resourceOf(stateSource))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("without one sees everything", () => {
    expect(shardSelector(undefined)(resourceOf(app))).toBeUndefined();
  });
});
