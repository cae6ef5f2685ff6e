import type { By } from "./activity.ts";

/** The author of a journal's commit: whoever acted; what nobody asked for is the system's. */
export function authorOf({ name, email }: By): { name: string; email: string } {
  return { name, email: email ?? "system@skypanel.invalid" };
}

/** The control plane's own work. */
export const system: By = { kind: "system", id: null, name: "SkyPanel", email: null, address: null, requestId: null };
