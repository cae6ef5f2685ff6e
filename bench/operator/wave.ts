import type { Kind, KubeObject } from "@skypanel/crds/meta.ts";
import { statusFields } from "@skypanel/crds/status.ts";
import { z } from "zod";
import type { JsonObject } from "../../operator/src/kube/kube.ts";
import { resourceOf } from "../../operator/src/kube/resources.ts";

const spec = z.strictObject({ image: z.string(), port: z.int(), host: z.string() });
const status = z.strictObject({ ...statusFields });
type Spec = z.output<typeof spec>;
type Status = z.output<typeof status>;

/** An object of the kind that the bench asks all programs for. */
export type Wave = KubeObject<Spec, Status>;

/** The kind that every program of the bench brings about: less than an App, and the same for all. */
export const wave: Kind<Spec, Status> = {
  group: "bench.skypanel.io",
  version: "v1",
  kind: "Wave",
  plural: "waves",
  singular: "wave",
  shortNames: [],
  scope: "Namespaced",
  nameLength: 40,
  description: "One object of the bench.",
  spec,
  status,
  printerColumns: [],
};

export const waves = resourceOf(wave);

/** On every object of the bench: the run that made it. Whatever bears it may be removed. */
export const runLabel = "bench.skypanel.io/run";

const text = { type: "string" };
const specSchema = { type: "object", properties: { image: text, port: { type: "integer" }, host: text } };
// Each program writes its own words: the schema takes them all.
const statusSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** The CustomResourceDefinition of waves. */
export function waveDefinition(run: string): JsonObject {
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: specSchema, status: statusSchema } } };
  const { group, plural, singular, kind, scope, version } = wave;
  return {
    metadata: { name: `${plural}.${group}`, labels: { [runLabel]: run } },
    spec: {
      group,
      names: { plural, singular, kind, listKind: `${kind}List` },
      scope,
      versions: [{ name: version, served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
}
