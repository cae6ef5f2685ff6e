import { useQuery } from "@tanstack/react-query";
import type { Reply } from "../../api/client.ts";
import { read } from "../../api/query.ts";
import { may, sessionQuery } from "../../api/session.ts";

export type AppSummary = Reply<"GET /orgs/{org}/apps">["items"][number];
export type App = Reply<"GET /orgs/{org}/apps/{app}">;

/** Which app a screen is about. */
export interface AppParams {
  readonly org: string;
  readonly app: string;
}

/** The cached read of one app. */
export function appQuery(params: AppParams) {
  return read("GET /orgs/{org}/apps/{app}", { params: { org: params.org, app: params.app } });
}

/** The app, kept up to date by events. */
export function useApp(params: AppParams) {
  return useQuery(appQuery(params));
}

/** Why the person may not change the app, or undefined if they may: shown instead of hiding what exists. */
export function useReadOnly({ org }: AppParams, app: App | undefined): string | undefined {
  const { data: session } = useQuery(sessionQuery);
  if (app?.managedBy === "kubectl") return "This app is managed with kubectl. Change it where its manifest lives.";
  if (app?.status.phase === "Deleting") return "This app is being deleted.";
  if (!may(session, "apps.write", org)) return "Your role in this organisation lets you look, not change.";
  return undefined;
}
