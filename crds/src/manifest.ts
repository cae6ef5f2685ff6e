import { z } from "zod";
import { fieldPath } from "./field-path.ts";
import { dnsName, text } from "./fields.ts";
import { limits } from "./limits.ts";
import { API_VERSION, type Kind, type KubeObject } from "./meta.ts";

/** One thing wrong with a manifest: `spec.processes[0].port` and why. */
export interface FieldProblem {
  field: string;
  message: string;
}

export type ManifestResult<Spec> = { ok: true; object: KubeObject<Spec> } | { ok: false; problems: FieldProblem[] };

const labels = z.record(text(317, 1), text(limits.kube.nameLength));
const annotations = z.record(text(317, 1), text(limits.desired.fileBytes));

function metadata(kind: Pick<Kind, "scope" | "nameLength" | "onlyName">) {
  const name = kind.onlyName === undefined ? dnsName(kind.nameLength) : z.literal(kind.onlyName);
  const fields = { name, labels: labels.optional(), annotations: annotations.optional() };
  return z.strictObject(kind.scope === "Cluster" ? fields : { ...fields, namespace: dnsName(limits.kube.nameLength) });
}

/** Reads `value` as a manifest of `kind`, defaults filled in. Nothing unknown passes; every problem names its field. */
export function readManifest<Spec>(kind: Kind<Spec>, value: unknown): ManifestResult<Spec> {
  const schema = z.strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(kind.kind),
    metadata: metadata(kind),
    spec: kind.spec,
  });
  const result = schema.safeParse(value);
  if (!result.success) return { ok: false, problems: problems(result.error) };
  return { ok: true, object: result.data as KubeObject<Spec> }; // zod cannot follow metadata's two shapes
}

function problems({ issues }: z.ZodError): FieldProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [{ field: fieldPath(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({ field: fieldPath([...issue.path, key]), message: "there is no such field" }));
  });
}
