import type { ReportItem } from "@skypanel/control-plane/contract/agent.ts";

/** A reported object, for tests: a live App of tenant `shop`, but for what is given. */
export function anItem(over: Partial<ReportItem> = {}): ReportItem {
  return {
    kind: "App",
    namespace: "sp-shop",
    name: "web",
    uid: "uid-web",
    tenant: "shop",
    managedBy: "control-plane",
    generation: 1,
    revision: "r1",
    observedAt: "2030-01-01T00:00:00Z",
    deleted: false,
    spec: null,
    status: { phase: "Live" },
    ...over,
  };
}
