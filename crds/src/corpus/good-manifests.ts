import { API_VERSION } from "../meta.ts";

/** A manifest as a person writes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: Record<string, unknown>;
}

/** Where namespaced manifests of the corpus live. */
export const corpusNamespace = "sp-corpus";
const namespace = corpusNamespace;

function manifest(kind: string, metadata: Manifest["metadata"], spec: Manifest["spec"] = {}): Manifest {
  return { apiVersion: API_VERSION, kind, metadata, spec };
}

/** An app with every field given. */
export function anApp(spec: Record<string, unknown> = {}): Manifest {
  return manifest(
    "App",
    { name: "shop", namespace },
    {
      source: { image: { reference: "registry.example/shop/web:1.4", pullSecret: "registry" } },
      processes: [aWeb(), { name: "mail", type: "Worker", command: ["node", "mail.js"] }],
      variables: [{ name: "MODE", value: "production" }],
      variablesFrom: [{ name: "shop" }, { kind: "Secret", name: "legacy" }],
      slug: "shop",
      state: "Running",
      suspended: { reason: "Wallet", message: "Top up to go on." },
      rollout: { progressDeadlineSeconds: 300 },
      restartRequest: "2030-01-01T00:00:00Z",
      ...spec,
    },
  );
}

/** A Web process with every field given. */
export function aWeb(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: "web",
    type: "Web",
    command: ["node", "server.js"],
    port: 3000,
    replicas: 2,
    autoscaling: { min: 2, max: 6, cpuPercent: 60, memoryPercent: 80 },
    resources: { cpu: "250m", memory: "128Mi", ephemeralStorage: "1Gi" },
    health: { http: { path: "/ready" }, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3, startSeconds: 30 },
    terminationGraceSeconds: 20,
    ...fields,
  };
}

/** A tenant with every field given. */
export function aTenant(spec: Record<string, unknown> = {}): Manifest {
  return manifest(
    "Tenant",
    { name: "corpus" },
    {
      namespace: "corpus",
      adopt: true,
      suspended: { reason: "Admin" },
      quota: { cpu: 4, memory: "8Gi", ephemeralStorage: "10Gi", storage: "20Gi", pods: 40, volumes: 5 },
      network: { egress: "Listed", cidrs: ["203.0.113.0/24"] },
      ...spec,
    },
  );
}

/** A sealed object; its ciphertext has the shape of one and opens nowhere. */
export function aSealed(spec: Record<string, unknown> = {}): Manifest {
  const ciphertext =
    "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3Yx\n-----END AGE ENCRYPTED FILE-----\n";
  return manifest(
    "Sealed",
    { name: "shop", namespace },
    { recipient: "key-1", values: { DATABASE_URL: ciphertext }, ...spec },
  );
}

/** A state source with every field given. */
export function aStateSource(spec: Record<string, unknown> = {}): Manifest {
  return manifest(
    "StateSource",
    { name: "corpus", namespace },
    {
      url: "https://git.example/acme/state",
      branch: "main",
      intervalSeconds: 60,
      suspended: true,
      prune: { maxObjects: 5, maxPercent: 10 },
      ...spec,
    },
  );
}

/** Cluster settings with every field given. */
export function someSettings(spec: Record<string, unknown> = {}): Manifest {
  return manifest(
    "ClusterSettings",
    { name: "default" },
    {
      baseDomain: "apps.example",
      ingress: { className: "traefik", namespace: "ingress", scheme: "http", port: 8080 },
      storageClass: "fast",
      privateRanges: ["198.51.100.0/24"],
      confirmPrune: "0a1b2c",
      ...spec,
    },
  );
}
