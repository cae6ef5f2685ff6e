import type { Change, EventType } from "@skypanel/control-plane/contract/events.ts";
import type { Query, QueryClient } from "@tanstack/react-query";
import type { BusEvent } from "./bus.ts";

interface Asked {
  readonly params?: { readonly org?: string; readonly app?: string; readonly id?: string };
}

/** Decides whether the read of endpoint `name` with `asked` may answer differently after `change`. */
type Touches = (change: Change, name: string, asked: Asked) => boolean;

const ofApp: Touches = ({ org, name: app }, name, { params }) =>
  name.startsWith("GET /orgs/{org}/apps") && params?.org === org && (params?.app === undefined || params.app === app);

// Told to an organisation, it means its apps there too: they became stale, unknown, or known again.
const ofCluster: Touches = ({ id, org }, name, { params }) =>
  name === "GET /regions" ||
  (org !== null && name.startsWith("GET /orgs/{org}/apps") && params?.org === org) ||
  (name.startsWith("GET /admin/clusters") && (params?.id === undefined || params.id === id));

const ofActivity: Touches = ({ org }, name, { params }) =>
  name === "GET /admin/audit" || (name === "GET /orgs/{org}/activity" && params?.org === org);

const touches: Record<Exclude<EventType, "hello" | "resync" | "cluster.heard">, Touches> = {
  "app.changed": ofApp,
  "app.deleted": ofApp,
  "cluster.changed": ofCluster,
  "activity.created": ofActivity,
  "session.ended": (_, name) => name === "GET /session",
};

/** Whether the read with `key` (endpoint name and what it was asked with) is out of date after these events. */
export function isTouched(key: readonly unknown[], events: readonly BusEvent[]): boolean {
  const [name, asked] = key;
  if (typeof name !== "string") return false;
  return events.some(({ type, data }) => {
    if (type === "resync") return true;
    if (!isKnown(type)) return false;
    // Both come from our own code and the contract, which development and e2e builds check.
    return touches[type](JSON.parse(data) as Change, name, (asked ?? {}) as Asked);
  });
}

function isKnown(type: string): type is keyof typeof touches {
  return Object.hasOwn(touches, type);
}

/** Reads anew, once, what a buffer of events touched. */
export function applyEvents(client: QueryClient, events: readonly BusEvent[]): Promise<void> {
  return client.invalidateQueries({ predicate: (query: Query) => isTouched(query.queryKey, events) });
}
