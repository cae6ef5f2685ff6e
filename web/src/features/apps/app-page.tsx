import { getRouteApi, Link, Outlet, useChildMatches, useNavigate } from "@tanstack/react-router";
import { Tabs } from "radix-ui";
import { hasReason } from "../../api/problem.ts";
import { Empty } from "../../ui/empty.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Region } from "../../ui/region.tsx";
import { SafeLink } from "../../ui/safe-link.tsx";
import { phaseWords } from "../../ui/status.ts";
import { StatusPill } from "../../ui/status-pill.tsx";
import { Strip } from "../../ui/strip.tsx";
import { AppActions } from "./app-actions.tsx";
import { type App, type AppParams, useApp, useReadOnly } from "./use-app.ts";

const route = getRouteApi("/shell/orgs/$org/apps/$app");

const tabs = [
  { to: "/orgs/$org/apps/$app", word: "Overview" },
  { to: "/orgs/$org/apps/$app/logs", word: "Logs" },
  { to: "/orgs/$org/apps/$app/variables", word: "Variables" },
  { to: "/orgs/$org/apps/$app/scale", word: "Scale" },
  { to: "/orgs/$org/apps/$app/settings", word: "Settings" },
] as const;

/** The frame of one app: name, status, address and actions over its tabs. */
export function AppPage() {
  const params = route.useParams();
  const reading = useApp(params);
  if (hasReason(reading.error, "NotFound")) {
    return (
      <>
        <PageHead title="Not found" />
        <Empty
          action={
            <Link to="/orgs/$org/apps" params={{ org: params.org }}>
              All apps
            </Link>
          }
        >
          There is no app named {params.app} here. It may have been deleted.
        </Empty>
      </>
    );
  }
  return (
    <Region of="the app" reading={reading}>
      {(app) => <Frame params={params} app={app} readAt={reading.dataUpdatedAt} />}
    </Region>
  );
}

function Frame({ params, app, readAt }: { params: AppParams; app: App; readAt: number }) {
  const readOnly = useReadOnly(params, app);
  const { status } = app;
  return (
    <div className="grid min-w-0 gap-5">
      <PageHead
        title={app.title || app.name}
        beside={<StatusPill phase={status.phase} lastPhase={status.lastPhase} readAt={readAt} />}
        below={
          <span className="flex flex-wrap gap-x-3">
            {status.url && <SafeLink to={status.url} />}
            <span>on {app.cluster.name}</span>
          </span>
        }
        actions={readOnly === undefined && <AppActions params={params} app={app} />}
      />
      <p role="status" className="sr-only">
        {app.name} is {phaseWords[status.phase].word}
      </p>
      {readOnly && <Strip tone="info">{readOnly}</Strip>}
      <AppTabs params={params} />
    </div>
  );
}

function AppTabs({ params }: { params: AppParams }) {
  const navigate = useNavigate();
  const path = useChildMatches({ select: (matches) => matches.at(-1)?.pathname ?? "" });
  const last = path.replace(/\/$/, "").split("/").at(-1)?.toLowerCase();
  const current = (tabs.find(({ word }) => word.toLowerCase() === last) ?? tabs[0]).to;
  const go = (value: string) => {
    const tab = tabs.find(({ to }) => to === value);
    if (tab) void navigate({ to: tab.to, params });
  };
  return (
    <Tabs.Root value={current} onValueChange={go} activationMode="manual" className="grid min-w-0 gap-5">
      <Tabs.List aria-label="App" className="flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map(({ to, word }) => (
          <Tabs.Trigger key={to} value={to} asChild>
            <Link
              to={to}
              params={params}
              activeOptions={{ exact: true }}
              className="-mb-px border-b-2 border-transparent px-3 py-2 text-sm max-sm:px-2 whitespace-nowrap text-muted -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink max-md:py-3"
            >
              {word}
            </Link>
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map(({ to }) => (
        <Tabs.Content key={to} value={to} tabIndex={-1} className="grid min-w-0 gap-5 outline-none">
          <Outlet />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
