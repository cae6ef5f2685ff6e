import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { hasReason } from "./api/problem.ts";
import { queryClient } from "./api/runtime.ts";
import { may, type Session, sessionQuery } from "./api/session.ts";
import { readAppsSearch } from "./features/apps/apps-search.ts";
import { SignInOver } from "./features/session/sign-in-over.tsx";
import { lastOrganisation } from "./features/shell/last-organisation.ts";
import { Failed, FailedAlone, NoOrganisation, NotFound } from "./features/shell/pages.tsx";
import { Shell } from "./features/shell/shell.tsx";

const root = createRootRoute({ component: Outlet, errorComponent: FailedAlone });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: ({ to }: Record<string, unknown>): { to?: string } => (typeof to === "string" ? { to } : {}),
  component: lazyRouteComponent(() => import("./features/session/sign-in-page.tsx"), "SignInPage"),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  async beforeLoad({ location }) {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!hasReason(error, "Unauthenticated") && !hasReason(error, "SessionExpired")) throw error;
      throw redirect({ to: "/sign-in", search: location.pathname === "/" ? {} : { to: location.href } });
    }
  },
  component: () => (
    <>
      <Shell>
        <Outlet />
      </Shell>
      <SignInOver />
    </>
  ),
  errorComponent: FailedAlone,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  async beforeLoad() {
    const session = await queryClient.ensureQueryData(sessionQuery);
    const org = lastOrganisation(session);
    if (org) throw redirect({ to: "/orgs/$org/apps", params: { org } });
    if (may(session, "clusters.read")) throw redirect({ to: "/admin/clusters" });
  },
  component: NoOrganisation,
});

const organisation = createRoute({
  getParentRoute: () => shell,
  path: "/orgs/$org",
  async beforeLoad({ params }) {
    const isMember = ({ organisations }: Session) => organisations.some(({ slug }) => slug === params.org);
    if (isMember(await queryClient.ensureQueryData(sessionQuery))) return;
    // Someone may have been added to it since the session was read.
    if (!isMember(await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 }))) throw notFound();
  },
  notFoundComponent: NotFound,
});

const apps = createRoute({
  getParentRoute: () => organisation,
  path: "/apps",
  validateSearch: readAppsSearch,
  staticData: { crumb: () => "Apps" },
  component: lazyRouteComponent(() => import("./features/apps/apps-page.tsx"), "AppsPage"),
});

const newApp = createRoute({
  getParentRoute: () => organisation,
  path: "/new-app",
  staticData: { crumb: () => "New app" },
  component: lazyRouteComponent(() => import("./features/apps/create-page.tsx"), "CreatePage"),
});

const app = createRoute({
  getParentRoute: () => organisation,
  path: "/apps/$app",
  staticData: { crumb: ({ app: name }) => name ?? "App" },
  component: lazyRouteComponent(() => import("./features/apps/app-page.tsx"), "AppPage"),
});

const overview = createRoute({
  getParentRoute: () => app,
  path: "/",
  component: lazyRouteComponent(() => import("./features/apps/overview-tab.tsx"), "OverviewTab"),
});

const logs = createRoute({
  getParentRoute: () => app,
  path: "/logs",
  validateSearch: ({ instance, previous }: Record<string, unknown>): { instance?: string; previous?: true } => ({
    ...(typeof instance === "string" ? { instance } : {}),
    ...(previous === true ? { previous } : {}),
  }),
  component: lazyRouteComponent(() => import("./features/apps/logs-tab.tsx"), "LogsTab"),
});

const variables = createRoute({
  getParentRoute: () => app,
  path: "/variables",
  component: lazyRouteComponent(() => import("./features/apps/variables-tab.tsx"), "VariablesTab"),
});

const scale = createRoute({
  getParentRoute: () => app,
  path: "/scale",
  component: lazyRouteComponent(() => import("./features/apps/scale-tab.tsx"), "ScaleTab"),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("./features/apps/settings-tab.tsx"), "SettingsTab"),
});

const activity = createRoute({
  getParentRoute: () => organisation,
  path: "/activity",
  staticData: { crumb: () => "Activity" },
  component: lazyRouteComponent(() => import("./features/activity/activity-page.tsx"), "ActivityPage"),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: "/admin/audit",
  staticData: { crumb: () => "Audit" },
  component: lazyRouteComponent(() => import("./features/activity/audit-page.tsx"), "AuditPage"),
});

const clusters = createRoute({
  getParentRoute: () => shell,
  path: "/admin/clusters",
  staticData: { crumb: () => "Clusters" },
  component: lazyRouteComponent(() => import("./features/clusters/clusters-page.tsx"), "ClustersPage"),
});

const registerCluster = createRoute({
  getParentRoute: () => shell,
  path: "/admin/register-cluster",
  staticData: { crumb: () => "Register cluster" },
  component: lazyRouteComponent(() => import("./features/clusters/register-page.tsx"), "RegisterPage"),
});

const cluster = createRoute({
  getParentRoute: () => shell,
  path: "/admin/clusters/$id",
  staticData: { crumb: () => "Cluster" },
  component: lazyRouteComponent(() => import("./features/clusters/cluster-page.tsx"), "ClusterPage"),
});

const nothing = createRoute({ getParentRoute: () => shell, path: "$", component: NotFound });

const appTabs = app.addChildren([overview, logs, variables, scale, settings]);
const organisationPages = organisation.addChildren([apps, newApp, appTabs, activity]);
const shellPages = shell.addChildren([home, organisationPages, audit, clusters, registerCluster, cluster, nothing]);

export const router = createRouter({
  routeTree: root.addChildren([signIn, shellPages]),
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: Failed,
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** The page's word in the breadcrumb. */
    crumb?: (params: Readonly<Record<string, string | undefined>>) => string;
  }
}
