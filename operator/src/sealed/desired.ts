import { reason } from "@skypanel/crds/reasons.ts";
import type { Child } from "../kube/controller.ts";
import type { Problem } from "../kube/outcome.ts";
import { secrets } from "../kube/resources.ts";
import { tenantLabels } from "../labels.ts";
import type { SealedWorld } from "./gather.ts";
import { secretName } from "./names.ts";

/** One Secret for the values as they are, and the earlier ones that pods still read; or why it cannot be opened. */
export function desired(world: SealedWorld): Child[] | Problem {
  const { sealed, namespace, tenant, opened, inUse } = world;
  if (tenant === undefined) return { k: "stop", reason: reason("NamespaceNotManaged", {}) };
  if ("why" in opened) {
    return { k: "stop", reason: reason("SecretUnreadable", { name: sealed.metadata.name, why: opened.why }) };
  }
  const name = secretName(sealed.metadata.name, opened.hash);
  const labels = tenantLabels(tenant);
  const kept = inUse.filter((used) => used !== name);
  return [
    {
      resource: secrets,
      manifest: {
        metadata: { name, namespace, labels },
        type: "Opaque",
        // A Secret that cannot change needs no watch on each machine, and a running pod cannot be changed under itself.
        immutable: true,
        data: Object.fromEntries(Object.entries(opened.values).map(([key, value]) => [key, base64(value)])),
      },
    },
    ...kept.map(
      (used): Child => ({ resource: secrets, manifest: { metadata: { name: used, namespace } }, keep: true }),
    ),
  ];
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
