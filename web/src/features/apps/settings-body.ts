import type { Input } from "../../api/client.ts";
import type { ProcessInput } from "./process-body.ts";
import type { App } from "./use-app.ts";

export type SettingsBody = Input<"PATCH /orgs/{org}/apps/{app}">["body"];

/** The app as the form edits it: an absent port or health check is left out, not null. */
export function settingsOf(app: Pick<App, "title" | "name" | "image" | "processes">): SettingsBody {
  return {
    title: app.title || app.name,
    image: { reference: app.image ?? "" },
    processes: app.processes.map(inputOf),
  };
}

function inputOf(process: App["processes"][number]): ProcessInput {
  const { port, health, ...rest } = process;
  return { ...rest, ...(port === null ? {} : { port }), ...(health === null ? {} : { health }) };
}
