import { getRouteApi } from "@tanstack/react-router";
import type { LogState } from "../../api/logs.ts";
import { Select } from "../../ui/field.tsx";
import { LogView } from "../../ui/log-view/log-view.tsx";
import { type App, useApp } from "./use-app.ts";
import { useLog } from "./use-log.ts";

const route = getRouteApi("/shell/orgs/$org/apps/$app/logs");

/** The live log of all instances or one; which one stands in the address. */
export function LogsTab() {
  const params = route.useParams();
  const { instance, previous = false } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: app } = useApp(params);
  const log = useLog(params, instance, previous);
  const choose = (value: string) => {
    const [kind, name] = value.split(":");
    const search = name ? { instance: name, ...(kind === "previous" ? { previous: true as const } : {}) } : {};
    void navigate({ search, replace: true });
  };
  return (
    <LogView
      rows={log.rows}
      name={instance ?? params.app}
      empty={app?.state === "Stopped" ? "The app is stopped, so nothing writes." : "Nothing has been written yet."}
      state={<span role="status">{log.paused ? "Paused while hidden" : words(log.state)}</span>}
      source={
        <Select
          aria-label="Instance"
          value={instance ? `${previous ? "previous" : "now"}:${instance}` : ""}
          onChange={(event) => choose(event.target.value)}
          className="max-md:w-full md:max-w-60"
        >
          <option value="">All instances</option>
          {instanceOptions(app, instance)}
        </Select>
      }
    />
  );
}

function instanceOptions(app: App | undefined, chosen: string | undefined) {
  const known = app?.instances ?? [];
  const gone = chosen !== undefined && !known.some(({ name }) => name === chosen);
  return (
    <>
      {gone && <option value={`now:${chosen}`}>{chosen} (gone)</option>}
      {known.map(({ name, restarts }) => [
        <option key={name} value={`now:${name}`}>
          {name}
        </option>,
        restarts > 0 && (
          <option key={`${name} before`} value={`previous:${name}`}>
            {name}, before its restart
          </option>
        ),
      ])}
    </>
  );
}

function words(state: LogState): string {
  switch (state.k) {
    case "opening":
      return "Opening";
    case "following":
      return "Following";
    case "waiting":
      return `${state.why} Trying again.`;
    case "ended":
      return `Ended: ${state.why}`;
  }
}
