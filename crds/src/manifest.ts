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

// Making one costs more than reading a manifest with it.
const schemas = new WeakMap<object, z.ZodType>();

function schemaOf<Spec>(kind: Kind<Spec>): z.ZodType {
  const known = schemas.get(kind);
  if (known !== undefined) return known;
  const apiVersion = z.literal(API_VERSION);
  const schema = z.strictObject({ apiVersion, kind: z.literal(kind.kind), metadata: metadata(kind), spec: kind.spec });
  schemas.set(kind, schema);
  return schema;
}

/** Reads `value` as a manifest of `kind`, defaults filled in. Nothing unknown passes; every problem names its field. */
export function readManifest<Spec>(kind: Kind<Spec>, value: unknown): ManifestResult<Spec> {
  const lost = lostFields(value);
  if (lost.length > 0) return { ok: false, problems: lost };
  const result = schemaOf(kind).safeParse(value);
  if (!result.success) return { ok: false, problems: problems(result.error) };
  return { ok: true, object: result.data as KubeObject<Spec> }; // zod cannot follow metadata's two shapes
}

/** A field of this name is none to zod: it would pass, and be gone. */
function lostFields(value: unknown, path: readonly PropertyKey[] = []): FieldProblem[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => [
    ...(key === "__proto__" ? [{ field: fieldPath([...path, key]), message: "there is no such field" }] : []),
    ...lostFields(below, [...path, Array.isArray(value) ? Number(key) : key]),
  ]);
}

function problems({ issues }: z.ZodError): FieldProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [{ field: fieldPath(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({ field: fieldPath([...issue.path, key]), message: "there is no such field" }));
  });
}
