import { type App, appSpec } from "@skypanel/crds/kinds/app.ts";
import { clusterSettingsSpec } from "@skypanel/crds/kinds/cluster-settings.ts";
import { type Tenant, tenantSpec } from "@skypanel/crds/kinds/tenant.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { desired } from "../../operator/src/apps/desired.ts";
import type { AppWorld } from "../../operator/src/apps/gather.ts";
import type { Child } from "../../operator/src/kube/controller.ts";
import { settingsOf } from "../../operator/src/settings.ts";
import type { TenantWorld } from "../../operator/src/tenants/gather.ts";
import type { Random } from "../harness/seeds.ts";

const letters = "abcdefghijklmnopqrstuvwxyz";
const cpus = ["1m", "10m", "250m", "0.5", "1.5", 1, 64, "9999"];
const amounts = ["1", "64Mi", "1.5Gi", "500M", "999Ti", 134_217_728, "0.001Ti"];
const texts = ["", " ", "$(PATH)", "$$", "a=b", "ễ🦊", "\n", "'\"\\", "x".repeat(1_000), "- a: *b", "null"];
const references = ["shop", "registry.example:5000/a/b:1.4", `a/b@sha256:${"0".repeat(64)}`, "localhost/x__y/z:v-1"];

/** A name of 1 to `most` characters, often of the least or the most. */
function nameFrom(random: Random, most: number): string {
  const length = random.chance(0.3) ? most : 1 + random.below(most);
  const inside = () => random.pick([...letters, ..."0123456789-"]);
  const middle = Array.from({ length: Math.max(0, length - 2) }, inside).join("");
  return random.pick([...letters]) + middle + (length > 1 ? random.pick([...letters]) : "");
}

const maybe = (random: Random, fields: object): object => (random.chance(0.5) ? fields : {});

function processFrom(random: Random, name: string, isWeb: boolean): object {
  const port = 1 + random.below(65_535);
  const check = { http: { path: random.pick(["/", "/ready", "/a?b=%20#c"]) }, periodSeconds: 5 + random.below(596) };
  const min = 1 + random.below(100);
  const resources = { cpu: random.pick(cpus), memory: random.pick(amounts), ephemeralStorage: random.pick(amounts) };
  return {
    ...{ name, type: isWeb ? "Web" : "Worker", ...(isWeb ? { port, ...maybe(random, { health: check }) } : {}) },
    ...maybe(random, { command: Array.from({ length: 1 + random.below(64) }, () => random.pick(texts)) }),
    ...maybe(random, { replicas: random.below(101) }),
    ...maybe(random, { resources }),
    ...maybe(random, { autoscaling: { min, max: min + random.below(101 - min) } }),
    ...maybe(random, { terminationGraceSeconds: 1 + random.below(60) }),
  };
}

/** A spec that a customer may write, drawn from `random`: every field, each bound. */
export function aRandomSpec(random: Random): object {
  const names = new Set(Array.from({ length: 1 + random.below(10) }, () => nameFrom(random, 20)));
  const web = random.below(names.size + 1);
  const variables = Array.from({ length: random.below(20) }, (_, n) => ({ name: `V${n}`, value: random.pick(texts) }));
  const sources = Array.from({ length: random.below(4) }, (_, n) => ({
    kind: random.pick(["Sealed", "Secret"]),
    name: `v${n}`,
  }));
  return {
    source: {
      image: { reference: random.pick(references), ...maybe(random, { pullSecret: nameFrom(random, 253) }) },
    },
    processes: [...names].map((name, index) => processFrom(random, name, index === web)),
    ...maybe(random, { variables }),
    ...maybe(random, { variablesFrom: sources }),
    ...maybe(random, { slug: nameFrom(random, 63) }),
    ...maybe(random, { state: random.pick(["Running", "Stopped"]) }),
    ...(random.chance(0.1) ? { suspended: { reason: random.pick(["Wallet", "Admin", "Abuse"]) } } : {}),
    ...maybe(random, { rollout: { progressDeadlineSeconds: 10 + random.below(3_591) } }),
    ...maybe(random, { restartRequest: "2030-01-01T00:00:00Z" }),
  };
}

/** The world of an app of that spec, of some tenant on some cluster. */
export function aRandomWorld(random: Random): AppWorld {
  const spec = appSpec.parse(aRandomSpec(random));
  const tenantName = nameFrom(random, 53);
  const namespace = `sp-${tenantName}`;
  const metadata = { name: nameFrom(random, 40), namespace, uid: "app-uid", generation: 1 };
  const app: App = { apiVersion: API_VERSION, kind: "App", metadata, spec };
  const tenant = tenantFrom(tenantName, {});
  return {
    ...{ app, namespace, tenant, rivals: [], probes: new Map() },
    settings: settingsOf({
      ...{ apiVersion: API_VERSION, kind: "ClusterSettings", metadata: { name: "default" } },
      spec: clusterSettingsSpec.parse({
        ...maybe(random, { baseDomain: `${nameFrom(random, 63)}.${nameFrom(random, 63)}.${nameFrom(random, 61)}` }),
        ingress: { scheme: random.pick(["http", "https"]), ...maybe(random, { className: nameFrom(random, 63) }) },
      }),
    }),
    sources: (spec.variablesFrom ?? []).map((source) => ({ source, exists: true, secret: source.name })),
    processes: spec.processes.map((process) => ({ process, deployment: undefined, pods: [], newest: undefined })),
  };
}

/** The children of an app in that world, which has all that the app asks for. */
export function childrenOf(world: AppWorld): readonly Child[] {
  const children = desired(world);
  if ("k" in children) throw new Error(`the app has no children: ${JSON.stringify(children)}`);
  return children;
}

function tenantFrom(name: string, spec: object): Tenant {
  return {
    apiVersion: API_VERSION,
    kind: "Tenant",
    metadata: { name, uid: "tenant-uid" },
    spec: tenantSpec.parse(spec),
  };
}

/** The world of a tenant of any bounds. */
export function aRandomTenant(random: Random): TenantWorld {
  const pick = () => random.pick(amounts);
  const quota = { cpu: random.pick(cpus), memory: pick(), ephemeralStorage: pick(), storage: pick() };
  const network = random.pick([{ egress: "Internet" }, { egress: "None" }, { egress: "Listed", cidrs: ["0.0.0.0/0"] }]);
  return {
    tenant: tenantFrom(nameFrom(random, 53), { ...maybe(random, { quota }), network }),
    ...{ operator: { namespace: "skypanel-system", name: "skypanel-operator" }, namespaces: [] },
    settings: settingsOf(undefined),
  };
}
