import { app } from "@skypanel/crds/kinds/app.ts";
import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { seal } from "../../control-plane/src/desired/seal.ts";
import type { Hands } from "../../operator/src/hands-at-work.ts";
import type { Live, Ref } from "../../operator/src/kube/kube.ts";
import { resourceOf } from "../../operator/src/kube/resources.ts";
import type { ClusterKey } from "../../operator/src/sealed/unseal.ts";

/** What a scenario may touch: one app's worth of names in one tenant, by an engineer's hands. */
export interface Stage {
  readonly hands: Hands;
  readonly tenant: string;
  readonly namespace: string;
  /** The app's name, and the beginning of all other names. */
  readonly name: string;
  /** Applies the app, or what it is to become. */
  app(spec?: object): Promise<void>;
  /** Applies a Sealed with one value, which the app may read. */
  sealed(value: string): Promise<void>;
  /** Applies the Tenant. */
  claim(spec?: object): Promise<void>;
  /** Deletes the app. */
  remove(): Promise<void>;
  /** The app, the Sealed and the Tenant as far as they exist. */
  found(): Promise<readonly Live[]>;
  /** Wakes whoever looks after an object, and changes nothing that matters. */
  nudge(object: Live, step: number): Promise<void>;
  /** Deletes what was applied. */
  leave(): Promise<void>;
}

export interface StageOptions {
  readonly hands: Hands;
  readonly key: ClusterKey;
  readonly tenant: string;
  readonly name: string;
}

/** One instance of a program that does nothing for as long as it is let. */
export const worker = {
  ...{ name: "worker", type: "Worker", command: ["node", "server.ts"], replicas: 1, terminationGraceSeconds: 1 },
  resources: { cpu: "10m", memory: "64Mi", ephemeralStorage: "16Mi" },
};

/** A manager of its own, so that its fields are nobody else's. */
const nudger = { manager: "skypanel-replicas", force: true } as const;

/** The program's image, in two versions. */
export const images = { first: "localhost/skypanel/hello:1", second: "localhost/skypanel/hello:2" };

/** Sets the stage for one run of a scenario. */
export function stageOf({ hands, key, tenant: owner, name }: StageOptions): Stage {
  const namespace = `sp-${owner}`;
  const refs = {
    app: { resource: resourceOf(app), namespace, name },
    sealed: { resource: resourceOf(sealed), namespace, name: `${name}-values` },
    tenant: { resource: resourceOf(tenant), name: owner },
  } satisfies Record<string, Ref>;
  return {
    ...{ hands, tenant: owner, namespace, name },
    app: async (spec = {}) => {
      const whole = { source: { image: { reference: images.first } }, slug: `${owner}-${name}`, processes: [worker] };
      await hands.apply(app, name, { ...whole, ...spec }, namespace);
    },
    sealed: async (value) => {
      const place = { cluster: key.clusterId ?? "", tenant: owner, namespace, name: refs.sealed.name };
      const opened = { ...place, key: "TOKEN", version: 1, value };
      const values = { TOKEN: await seal(key.ageRecipient, opened) };
      await hands.apply(sealed, refs.sealed.name, { recipient: key.ageRecipient, values }, namespace);
    },
    claim: async (spec = {}) => void (await hands.apply(tenant, owner, spec)),
    remove: () => hands.remove(refs.app),
    nudge: async ({ kind, metadata }, step) => {
      const ref = Object.values(refs).find(({ resource }) => resource.kind === kind);
      if (ref === undefined) throw new Error(`${kind} ${metadata.name} is not on this stage`);
      const annotations = { "sweep/step": String(step) };
      await hands.kube.apply(ref, { metadata: { name: ref.name, annotations } }, nudger);
    },
    leave: async () => {
      for (const ref of [refs.app, refs.sealed]) await hands.remove(ref);
      if (name === owner) await hands.remove(refs.tenant);
    },
    found: async () => {
      const all = await Promise.all(Object.values(refs).map((ref) => hands.find(ref)));
      return all.filter((object) => object !== undefined);
    },
  };
}
