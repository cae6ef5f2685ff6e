import { withTenant } from "../../db/tenant.ts";
import { appPath, variablesPath } from "../../desired/render.ts";
import { Invalid } from "../../errors.ts";
import { deleteApp } from "../../repositories/apps/apps.ts";
import { refuseStale, type Target } from "./change.ts";
import { commit } from "./commit.ts";
import type { AppDeps } from "./create.ts";
import { lockedApp } from "./find.ts";

/**
 * Deletes the app and takes its files out of the journal's tree; the cluster follows. Its slug is free at once.
 * Throws NotFound, Invalid without its typed name, Conflict StaleRevision or ManagedWithKubectl.
 */
export async function removeApp({ pool }: AppDeps, target: Target, confirm: string): Promise<void> {
  const { org, by, name, expected } = target;
  if (confirm !== name) throw notConfirmed(name);
  await withTenant(pool, { orgId: org.id }, async (tx) => {
    const app = await lockedApp(tx, name);
    refuseStale(app, expected);
    await deleteApp(tx, app.id);
    const paths = [appPath(org.slug, name), variablesPath(org.slug, name)];
    const changes = paths.map((path) => ({ path, content: null }));
    const before = { image: app.image, processes: app.processes };
    const message = `apps: delete ${name}`;
    await commit(tx, { org, by, app, action: "app.deleted", message, changes, before, revision: null });
  });
}

function notConfirmed(name: string): Invalid {
  return new Invalid({
    reason: "Invalid",
    detail: "Deleting an app must be confirmed with its name.",
    remedy: `Send confirm=${name}.`,
    errors: [{ pointer: "query/confirm", reason: "mismatch", message: "must be the app's name" }],
  });
}
