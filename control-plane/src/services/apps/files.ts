import { app as appKind } from "@skypanel/crds/kinds/app.ts";
import { sealed as sealedKind } from "@skypanel/crds/kinds/sealed.ts";
import type { Change } from "../../desired/journal.ts";
import { renderApp, renderVariables, variablesPath } from "../../desired/render.ts";
import type { AppRow } from "../../repositories/apps/apps.ts";
import type { VariableRow } from "../../repositories/apps/variables.ts";
import { type RenderedFile, rendered } from "../rendered.ts";

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
