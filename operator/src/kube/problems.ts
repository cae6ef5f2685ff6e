import { reason } from "@skypanel/crds/reasons.ts";
import type { Child } from "./controller.ts";
import type { Problem } from "./outcome.ts";

const lookAgainMs = 30_000;

/** The child's name belongs to somebody else, whose events are not about us: it is looked for again in the cache. */
export function nameTaken({ resource, manifest }: Child): Problem {
  return {
    k: "wait",
    afterMs: lookAgainMs,
    reason: reason("NameTaken", { kind: resource.kind, name: manifest.metadata.name }),
  };
}

/** An object of that name is on its way out; the event of its removal wakes us. */
export function leaving({ resource, manifest }: Child): Problem {
  return { k: "wait", reason: reason("DependencyNotReady", { kind: resource.kind, name: manifest.metadata.name }) };
}
