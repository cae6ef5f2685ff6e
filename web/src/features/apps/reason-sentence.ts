import { type ReasonName, reasons } from "@skypanel/crds/reasons.ts";

/** The catalogue's remedy for a reason, or undefined where there is none to give. */
export function reasonSentence(name: string | null): string | undefined {
  if (name === null || !isReason(name)) return undefined;
  return reasons[name].remedy || undefined;
}

function isReason(name: string): name is ReasonName {
  return Object.hasOwn(reasons, name);
}
