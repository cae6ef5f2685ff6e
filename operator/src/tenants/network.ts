import type { Child } from "../kube/controller.ts";
import type { Json, JsonObject } from "../kube/kube.ts";
import { networkPolicies } from "../kube/resources.ts";
import { tenantLabels } from "../labels.ts";
import type { TenantWorld } from "./gather.ts";
import { partName } from "./names.ts";

// "This" network, private, carrier-grade NAT, loopback, link-local with the metadata services, protocol assignments,
// benchmarks, multicast, reserved: nothing of it is the internet (RFC 6890).
const privateV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
// Loopback, translated IPv4 (which would lead round the list above), unique local, link-local, multicast.
const privateV6 = ["::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "fc00::/7", "fe80::/10", "ff00::/8"];

/** The policies of the namespace apps run in. What the ingress controller may reach is each app's own policy. */
export function runPolicies(world: TenantWorld, namespace: string): Child[] {
  return [
    policy(world, namespace, "default-deny", { policyTypes: ["Ingress", "Egress"] }),
    policy(world, namespace, "dns", dns),
    policy(world, namespace, "own-tenant", ownTenant(namespace)),
    ...egress(world, namespace),
  ];
}

/** The policies of the namespace builds run in: like those of apps, but no app can be reached, and no build. */
export function buildPolicies(world: TenantWorld, namespace: string): Child[] {
  return runPolicies(world, namespace).filter(({ manifest }) => manifest.metadata.name !== partName("own-tenant"));
}

function policy({ tenant }: TenantWorld, namespace: string, part: string, spec: JsonObject): Child {
  return {
    resource: networkPolicies,
    // No podSelector: the policy holds for every pod of the namespace.
    manifest: { metadata: { name: partName(part), namespace, labels: tenantLabels(tenant.metadata.name) }, spec },
  };
}

const dns: JsonObject = {
  policyTypes: ["Egress"],
  egress: [
    {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
      ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    },
  ],
};

function ownTenant(namespace: string): JsonObject {
  const peers: Json[] = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }];
  return { policyTypes: ["Ingress", "Egress"], ingress: [{ from: peers }], egress: [{ to: peers }] };
}

function egress(world: TenantWorld, namespace: string): Child[] {
  const blocks = ranges(world);
  if (blocks.length === 0) return [];
  const to = blocks.map((ipBlock) => ({ ipBlock }));
  return [policy(world, namespace, "egress", { policyTypes: ["Egress"], egress: [{ to }] })];
}

function ranges({ tenant, settings }: TenantWorld): JsonObject[] {
  const { egress: wanted, cidrs = [] } = tenant.spec.network;
  switch (wanted) {
    case "None":
      return [];
    case "Listed":
      return cidrs.map((cidr) => ({ cidr }));
    case "Internet":
      return [
        { cidr: "0.0.0.0/0", except: [...privateV4, ...settings.privateRanges] },
        { cidr: "::/0", except: privateV6 },
      ];
  }
}
