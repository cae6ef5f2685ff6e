import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import { suspensionReason } from "../suspension.ts";
import type { AppWorld } from "./gather.ts";

/** Why an app runs no instance although it may be given some: suspended (its tenant first), or stopped. */
export type Asleep = { readonly phase: "Suspended" | "Stopped"; readonly reason: Reason };

/** Undefined for an app that is to run. Suspension wins over the owner's wish, and keeps the sizes. */
export function asleep({ app, tenant }: Pick<AppWorld, "app" | "tenant">): Asleep | undefined {
  const suspended = suspensionReason(tenant?.spec.suspended ?? app.spec.suspended);
  if (suspended !== undefined) return { phase: "Suspended", reason: suspended };
  if (app.spec.state === "Stopped") return { phase: "Stopped", reason: reason("Stopped", { who: "Its owner" }) };
  const isEmpty = app.spec.processes.every(({ replicas, autoscaling }) => replicas === 0 && autoscaling === undefined);
  return isEmpty ? { phase: "Stopped", reason: reason("Stopped", { who: "A size of 0 instances" }) } : undefined;
}
