import type { Millis } from "@skypanel/crds/time.ts";
import { appsController } from "./apps/controller.ts";
import type { AnyController } from "./kube/engine.ts";
import type { Kube } from "./kube/kube.ts";
import { sealedController } from "./sealed/controller.ts";
import type { ClusterKey } from "./sealed/unseal.ts";
import { tenantsController } from "./tenants/controller.ts";
import type { ServiceAccountName } from "./tenants/gather.ts";

interface KindNeeds {
  readonly kube: Pick<Kube, "list">;
  /** The wall clock. */
  readonly now: () => Millis;
  /** The key that values are sealed to. */
  readonly key: () => ClusterKey;
  /** The operator's own account, which Tenants give rights to. */
  readonly account: ServiceAccountName;
}

/** The controllers of the kinds that live in tenants, and of Tenants. */
export function tenancyKinds({ kube, now, key, account }: KindNeeds): readonly AnyController[] {
  // Each kind's own world is seen by its controller alone.
  return [tenantsController(account), sealedController(key), appsController({ kube, now })] as readonly AnyController[];
}
