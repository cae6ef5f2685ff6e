import { app as appKind } from "@skypanel/crds/kinds/app.ts";
import { sealed as sealedKind } from "@skypanel/crds/kinds/sealed.ts";
import { readManifest } from "@skypanel/crds/manifest.ts";
import type { Kind } from "@skypanel/crds/meta.ts";
import type { Change } from "../../desired/journal.ts";
import { contentOf, type DesiredFile, renderApp, renderVariables, variablesPath } from "../../desired/render.ts";
import { revisionOf } from "../../desired/revision.ts";
import { Invalid } from "../../errors.ts";
import type { AppRow } from "../../repositories/apps/apps.ts";
import type { VariableRow } from "../../repositories/apps/variables.ts";

/** A file as it will be committed, and the revision it will have. */
export interface RenderedFile {
  path: string;
  content: string;
  revision: string;
}

/** The App of `tenant` as a file; `variables` is the revision of its Sealed. Throws Invalid for what its kind refuses. */
export function appFile(
  tenant: string,
  app: Omit<AppRow, "revision" | "id" | "clusterId">,
  variables: string | undefined,
): RenderedFile {
  const rows = { ...app, tenant, restartRequest: app.restartRequest ?? undefined, variables };
  return rendered(appKind, renderApp(rows));
}

/** The Sealed of an app's variables as a file; undefined when it has none. */
export function variablesFile(
  tenant: string,
  app: string,
  variables: readonly Pick<VariableRow, "key" | "recipient" | "sealed">[],
): RenderedFile | undefined {
  const recipient = variables[0]?.recipient;
  if (!recipient) return undefined;
  const values = variables.map(({ key, sealed, recipient: own }) => {
    // A Sealed has one recipient: a value sealed to another key would be garbage to the operator.
    if (sealed === null || own !== recipient) throw new Error(`variable ${key} is sealed to another key`);
    return { key, ciphertext: sealed };
  });
  return rendered(sealedKind, renderVariables({ tenant, app, recipient, values }));
}

/** The change that brings an app's Sealed to `file`, or removes it. */
export function variablesChange(tenant: string, app: string, file: RenderedFile | undefined): Change {
  return { path: variablesPath(tenant, app), content: file?.content ?? null };
}

function rendered<Spec>(kind: Kind<Spec>, file: DesiredFile): RenderedFile {
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
    detail: errors[0] ? `${errors[0].pointer || "the app"}: ${errors[0].message}` : "The app is not valid.",
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
