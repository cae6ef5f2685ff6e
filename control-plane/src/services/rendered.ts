import { readManifest } from "@skypanel/crds/manifest.ts";
import type { Kind } from "@skypanel/crds/meta.ts";
import { contentOf, type DesiredFile } from "../desired/render.ts";
import { revisionOf } from "../desired/revision.ts";
import { Invalid } from "../errors.ts";

/** A file as it will be committed, and the revision it will have. */
export interface RenderedFile {
  path: string;
  content: string;
  revision: string;
}

/** `file` as it will be committed. Throws Invalid, with a pointer to each field, for what its kind refuses. */
export function rendered<Spec>(kind: Kind<Spec>, file: DesiredFile): RenderedFile {
  const read = readManifest(kind, file.manifest);
  if (!read.ok) throw invalid(read.problems);
  const content = contentOf(file);
  return { path: file.path, content, revision: revisionOf(content) };
}

function invalid(problems: readonly { field: string; message: string }[]): Invalid {
  const errors = problems
    .slice(0, 100)
    .map(({ field, message }) => ({ pointer: pointerOf(field), reason: "kind", message }));
  return new Invalid({
    reason: "Invalid",
    detail: errors[0] ? `${errors[0].pointer || "The body"}: ${errors[0].message}.` : "The object is not valid.",
    remedy: "Correct the named fields and send the request again.",
    errors,
  });
}

/** The field of the request's body behind a field of the manifest: `spec.processes[0].port` is `/processes/0/port`. */
function pointerOf(field: string): string {
  const segments = field.replace(/^spec\.(source\.)?/, "").split(/[.[\]]+/);
  return segments
    .filter((segment) => segment !== "")
    .map((segment) => `/${segment}`)
    .join("");
}
