import { getRouteApi } from "@tanstack/react-router";
import { DeletePanel } from "./delete-panel.tsx";
import { ManifestPanel } from "./manifest-panel.tsx";
import { SettingsForm } from "./settings-form.tsx";
import { useApp, useReadOnly } from "./use-app.ts";

const route = getRouteApi("/shell/orgs/$org/apps/$app/settings");

/** Title, image and health; the manifest as committed; the end of the app. */
export function SettingsTab() {
  const params = route.useParams();
  const { data: app } = useApp(params);
  const readOnly = useReadOnly(params, app);
  if (!app) return null;
  return (
    <>
      <SettingsForm params={params} app={app} readOnly={readOnly !== undefined} />
      {app.managedBy === "control-plane" && <ManifestPanel params={params} revision={app.revision} />}
      {readOnly === undefined && <DeletePanel params={params} app={app} />}
    </>
  );
}
