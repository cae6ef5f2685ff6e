import { z } from "zod";
import { mapOf, objectName, reservedVariable, ruled, text, variablePattern } from "../fields.ts";
import { limits } from "../limits.ts";
import { GROUP, type Kind, type KubeObject, VERSION } from "../meta.ts";
import { ageColumns, phaseColumns, statusFields } from "../status.ts";

// base64 of the longest value, its scope and age's own header and armour.
const ciphertextLength = Math.ceil((limits.variables.valueLength * 3) / 2) + 2_048;

const ciphertext = text(ciphertextLength, 1).regex(
  /^-----BEGIN AGE ENCRYPTED FILE-----\n[A-Za-z0-9+/=\n]+-----END AGE ENCRYPTED FILE-----\n?$/,
  "must be an armoured age file",
);

/** Values only this cluster can open. */
export const sealedSpec = z.strictObject({
  recipient: text(64, 1)
    .regex(/^[A-Za-z0-9_-]+$/)
    .describe("Id of the cluster key the values are sealed to."),
  values: ruled(mapOf(variablePattern, ciphertext, limits.variables.count), {
    cel: `self.all(name, !(${reservedVariable.cel("name")}))`,
    holds: (values) => !Object.keys(values).some(reservedVariable.matches),
    message: reservedVariable.message,
  }).describe("Name of each value, and its age ciphertext, armoured."),
});

/**
 * What each ciphertext opens to: JSON that names the one place it was sealed for, so that a copy elsewhere is refused.
 * `cluster` is the cluster's id, `tenant` the Tenant's name, `namespace` and `name` those of the Sealed, `key` the name
 * of the value in `spec.values`, `version` counts the times it was set.
 */
export const sealedPlaintext = z.strictObject({
  cluster: z.uuid(),
  tenant: text(limits.kube.nameLength, 1),
  namespace: text(limits.kube.nameLength, 1),
  name: text(limits.kube.hostLength, 1),
  key: text(limits.variables.keyLength, 1),
  version: z.int().min(1),
  value: text(limits.variables.valueLength),
});

export type SealedPlaintext = z.output<typeof sealedPlaintext>;

/** What is, as the operator saw it. It never holds a value. */
export const sealedStatus = z.strictObject({
  phase: z.enum(["Pending", "Open", "Failed", "Deleting"]).optional().describe("Where it stands, for people."),
  secretName: objectName().optional().describe("The Secret that holds the opened values."),
  hash: text(64).optional().describe("Keyed hash of the values: another hash, other values."),
  ...statusFields,
});

export type SealedSpec = z.output<typeof sealedSpec>;
export type SealedStatus = z.output<typeof sealedStatus>;
export type Sealed = KubeObject<SealedSpec, SealedStatus>;

/** Secret values, safe in git: the operator opens them into a Secret. */
export const sealed: Kind<SealedSpec, SealedStatus> = {
  group: GROUP,
  version: VERSION,
  kind: "Sealed",
  plural: "sealeds",
  singular: "sealed",
  shortNames: ["sld"],
  scope: "Namespaced",
  nameLength: limits.kube.nameLength - 10,
  description: "Secret values sealed to this cluster's key, safe in git. The operator opens them into a Secret.",
  spec: sealedSpec,
  status: sealedStatus,
  printerColumns: [
    ...phaseColumns,
    { name: "Secret", type: "string", jsonPath: ".status.secretName", description: "Where the opened values are." },
    ...ageColumns,
  ],
};
