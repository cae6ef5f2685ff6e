import { app } from "@skypanel/crds/kinds/app.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { describe, expect, it } from "vitest";
import { appsController } from "../../operator/src/apps/controller.ts";
import { aCluster, aManager } from "../../operator/src/kube/a-world.ts";
import { ownerUidLabel, tenantLabel } from "../../operator/src/kube/inventory.ts";
import type { JsonObject, Live, Ref } from "../../operator/src/kube/kube.ts";
import {
  autoscalers,
  deployments,
  disruptionBudgets,
  namespaces,
  networkPolicies,
  resourceOf,
  serviceAccounts,
  services,
} from "../../operator/src/kube/resources.ts";
import { type Random, replayLine, seeded, seedsOf } from "../harness/seeds.ts";
import { aGoodSpec, aWrongSpec } from "./random-specs.ts";

const namespace = "sp-acme";
const shop: Ref = { resource: resourceOf(app), namespace, name: "shop" };
const parts = [serviceAccounts, networkPolicies, services, deployments, autoscalers, disruptionBudgets];

/** Apps at work on a cluster in memory, and the tenant they belong to. */
async function aWorld() {
  const cluster = aCluster();
  const { kube, clock } = cluster;
  kube.edit({ resource: namespaces, name: namespace }, { metadata: { labels: { [tenantLabel]: "acme" } } });
  kube.edit({ resource: resourceOf(tenant), name: "acme" }, { metadata: {}, spec: { adopt: false } });
  const run = await aManager(cluster, [appsController({ kube, now: clock.now }) as never]);
  const ask = async (spec: JsonObject) => {
    kube.edit(shop, { metadata: {}, spec });
    await clock.advance(60_000);
  };
  return {
    ...run,
    ask,
    children: () => parts.flatMap((resource) => run.manager.store.reader.list(resource).toSorted(byName).map(told)),
    app: () => kube.find(shop),
  };
}

const byName = (a: Live, b: Live) => (a.metadata.name < b.metadata.name ? -1 : 1);

/** A child as it is asked for: without what differs between two clusters, and without what an autoscaler decides. */
function told(object: Live): object {
  const { metadata, kind, spec } = object as Live & { spec?: Record<string, unknown> };
  const { [ownerUidLabel]: _, ...labels } = metadata.labels ?? {};
  const isAutoscaled = Object.keys(metadata.annotations ?? {}).some((key) => key.endsWith("/autoscaled"));
  const { replicas, ...rest } = spec ?? {};
  return { kind, name: metadata.name, labels, spec: isAutoscaled ? rest : { ...rest, replicas } };
}

function sequence(random: Random): JsonObject[] {
  const any = () => (random.chance(0.25) ? aWrongSpec(random) : aGoodSpec(random));
  return [...Array.from({ length: 9 }, any), aGoodSpec(random)];
}

describe("ten specs in a row", () => {
  it.each(seedsOf("T-F09", 30))("T-F09 end like the last one alone, seed %i", async (seed) => {
    const specs = sequence(seeded(seed));
    const edited = await aWorld();
    for (const spec of specs) await edited.ask(spec);
    const fresh = await aWorld();
    await fresh.ask(specs[9] ?? {});
    // An autoscaled process is handed over once it runs.
    await fresh.ask(specs[9] ?? {});
    const how = replayLine("T-F09", seed);
    expect(edited.children(), how).not.toEqual([]);
    expect(edited.children(), how).toEqual(fresh.children());
    expect(phaseOf(edited.app()), how).toEqual(phaseOf(fresh.app()));
    edited.calls();
    await edited.settle();
    expect(edited.calls(), how).toEqual([]);
  });
});

function phaseOf(object: Live | undefined): unknown {
  const { status } = (object ?? {}) as { status?: { phase?: string; conditions?: { type: string; reason: string }[] } };
  return [status?.phase, status?.conditions?.map(({ type, reason }) => [type, reason])];
}
