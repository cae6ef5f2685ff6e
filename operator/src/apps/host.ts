import type { App } from "@skypanel/crds/kinds/app.ts";
import type { AppWorld } from "./gather.ts";
import { slugOf } from "./slug.ts";

/** The host that is the app's; undefined if it asks for none: it has no Web process, or the cluster no base domain. */
export function hostOf({ app, settings }: Pick<AppWorld, "app" | "settings">): string | undefined {
  const isWeb = app.spec.processes.some(({ type }) => type === "Web");
  return isWeb && settings.baseDomain !== undefined ? `${slugOf(app)}.${settings.baseDomain}` : undefined;
}

/** True if another app has the host: of two that ask for one, the older wins, and of two as old the lower uid. */
export function isHostTaken({ app, rivals }: AppWorld): boolean {
  const age = ({ metadata }: App) => `${metadata.creationTimestamp ?? ""} ${metadata.uid ?? ""}`;
  return rivals.some((rival) => rival.spec.processes.some(({ type }) => type === "Web") && age(rival) < age(app));
}
