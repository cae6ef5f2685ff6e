import type { Child } from "../kube/controller.ts";
import type { TenantWorld } from "./gather.ts";
import { namespacesOf } from "./names.ts";
import { namespace } from "./namespace.ts";
import { buildPolicies, runPolicies } from "./network.ts";
import { buildAmounts, limitRange, quota } from "./quota.ts";
import { roleBinding } from "./role-binding.ts";

/** What a tenant has: two namespaces, and in each its bounds, its isolation and the operator's right to write. */
export function desired(world: TenantWorld): Child[] {
  const { run, builds } = namespacesOf(world.tenant);
  const amounts = world.tenant.spec.quota;
  return [
    namespace(world, run),
    namespace(world, builds),
    roleBinding(world, run),
    roleBinding(world, builds),
    quota(world, run, amounts),
    quota(world, builds, buildAmounts),
    limitRange(world, run, amounts),
    limitRange(world, builds, buildAmounts),
    ...runPolicies(world, run),
    ...buildPolicies(world, builds),
  ];
}
