import type { sealed as sealedKind } from "@skypanel/crds/kinds/sealed.ts";
import { reason } from "@skypanel/crds/reasons.ts";
import type { Applied, Verdict } from "../kube/controller.ts";
import type { SealedWorld } from "./gather.ts";
import { secretName } from "./names.ts";

/** What is so of a Sealed. One that cannot be opened goes on naming the Secret that was opened last. */
export function status({ sealed, opened }: SealedWorld, { problem, children }: Applied): Verdict<typeof sealedKind> {
  const { secretName: before, hash: hashBefore } = sealed.status ?? {};
  const last = {
    ...(before === undefined ? {} : { secretName: before }),
    ...(hashBefore === undefined ? {} : { hash: hashBefore }),
  };
  const name = "hash" in opened ? secretName(sealed.metadata.name, opened.hash) : undefined;
  const made = children.find(({ child, result }) => child.manifest.metadata.name === name && result !== "failed");
  if (problem === undefined && made !== undefined && "hash" in opened && name !== undefined) {
    return {
      status: { phase: "Open", secretName: name, hash: opened.hash },
      ready: { status: "True", reason: reason("Running", {}) },
      outcome: { k: "done" },
    };
  }
  const why = reason("DependencyNotReady", { kind: "Secret", name: name ?? sealed.metadata.name });
  const outcome = problem ?? { k: "wait", reason: why };
  return {
    status: { phase: problem === undefined ? "Pending" : "Failed", ...last },
    ready: { status: "False", reason: outcome.reason },
    outcome,
  };
}
