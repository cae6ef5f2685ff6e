import { randomUUID } from "node:crypto";
import { reason } from "@skypanel/crds/reasons.ts";
import { systemClock as clock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { openCluster } from "../../../operator/src/kube/cluster.ts";
import type { Applied, KindController, Verdict } from "../../../operator/src/kube/controller.ts";
import type { AnyController } from "../../../operator/src/kube/engine.ts";
import { startManager } from "../../../operator/src/kube/manager.ts";
import { kubeMetrics } from "../../../operator/src/kube/metrics.ts";
import { childrenOf } from "../children.ts";
import { type Wave, wave } from "../wave.ts";
import { announce } from "./announce.ts";

// The bench's work on our own runtime: what main.ts does for the product's kinds, with the one kind of the bench.

function verdict({ problem, children }: Applied): Verdict<typeof wave> {
  const failed = problem ?? children.find((child) => child.problem !== undefined)?.problem;
  const ready =
    failed === undefined
      ? ({ status: "True", reason: reason("Running", {}) } as const)
      : ({ status: "False", reason: failed.reason } as const);
  return { status: {}, ready, outcome: { k: "done" } };
}

const controller: KindController<typeof wave, Wave> = {
  kind: wave,
  watches: childrenOf({ apiVersion: "", kind: "", metadata: { name: "" }, spec: { image: "", port: 0, host: "" } }).map(
    ({ resource }) => ({ resource }),
  ),
  indexes: {},
  gather: async (object) => object,
  desired: (object) => [...childrenOf(object)],
  status: (_, applied) => verdict(applied),
};

const log = createLog({ name: "bench", level: "fatal" });
const metrics = kubeMetrics(createMetrics("bench"));
const shared = { clock, random: Math.random, log, metrics };
const identity = `bench-${randomUUID().slice(0, 8)}`;
const way = await openCluster({
  ...shared,
  env: process.env,
  lease: { namespace: "default", name: "bench-skypanel", identity },
  onLost: () => process.exit(1),
});
const { kube, lease, breaker } = way;
const manager = startManager({
  ...{ ...shared, kube, lease, breaker, identity, newId: randomUUID },
  controllers: [controller as AnyController], // its own world is seen by this controller alone
  scope: () => "managed",
  tenantOf: ({ metadata }) => metadata.namespace ?? "",
  onBroken: () => process.exit(1),
});
process.once("SIGTERM", async () => {
  await manager.stop();
  await way.close();
  process.exit(0);
});
await manager.leading;
announce();
