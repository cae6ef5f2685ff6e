import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { read } from "../../api/query.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/page.tsx";
import { Region } from "../../ui/region.tsx";
import { useApp, useReadOnly } from "./use-app.ts";
import { VariablesEditor } from "./variables-editor.tsx";

const route = getRouteApi("/shell/orgs/$org/apps/$app/variables");

/** The app's environment: names are shown, values never. */
export function VariablesTab() {
  const { org, app: name } = route.useParams();
  const { data: app } = useApp({ org, app: name });
  const readOnly = useReadOnly({ org, app: name }, app);
  if (app?.managedBy === "kubectl") {
    return (
      <Panel title="Variables">
        <Empty>Variables of an app managed with kubectl stand in its manifest.</Empty>
      </Panel>
    );
  }
  return <Editable org={org} app={name} readOnly={readOnly !== undefined} />;
}

function Editable({ org, app, readOnly }: { org: string; app: string; readOnly: boolean }) {
  const params = { org, app };
  const variables = useQuery(read("GET /orgs/{org}/apps/{app}/variables", { params }));
  return (
    <Region of="variables" reading={variables}>
      {(data) => <VariablesEditor params={params} variables={data} readOnly={readOnly} />}
    </Region>
  );
}
