import type { TenantSpec } from "@skypanel/crds/kinds/tenant.ts";
import { type Reason, reason } from "@skypanel/crds/reasons.ts";

/** Why a tenant or an app stands still though its owner wants it to run; absent: it does not. */
export type Suspension = TenantSpec["suspended"];

/** The reason a suspension is shown with; undefined if there is none. */
export function suspensionReason(suspended: Suspension): Reason | undefined {
  if (suspended === undefined) return undefined;
  if (suspended.reason === "Wallet") return reason("WalletEmpty", {});
  return reason("SuspendedByAdmin", { why: suspended.message ?? suspended.reason.toLowerCase() });
}
