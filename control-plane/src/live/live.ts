import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Links } from "../agent/links.ts";
import { heardEvents } from "../services/fleet/heard.ts";
import { findCaller } from "../services/identity/callers.ts";
import { eventLog } from "../services/live/events.ts";
import { logPlace } from "../services/live/log-place.ts";
import { feed } from "./feed.ts";
import { logHandlers } from "./logs.ts";
import { eventHandlers } from "./stream.ts";

export interface LiveDeps {
  pool: Parameters<typeof eventLog>[0];
  links: Pick<Links, "find">;
  clock: Clock;
  log: Log;
  /** Aborted when the server stops: streams end, so that it can. */
  stopping: AbortSignal;
}

/** What lasts longer than a request: the browsers' events and the logs of apps. */
export type Live = ReturnType<typeof createLive>;

/**
 * Composes the streams. `wake` says that events were published, by whichever replica; `heard` that a cluster's heartbeat
 * came: its age passes by in the open streams.
 */
export function createLive({ pool, links, clock, log, stopping }: LiveDeps) {
  const events = eventLog(pool);
  const follow = feed(events, (err) => log.warn({ err }, "events could not be read"));
  const shared = {
    findCaller: (...[claims, slug]: [Parameters<typeof findCaller>[1], string | undefined]) =>
      findCaller(pool, claims, slug),
    clock,
    stopping,
  };
  const heard = (clusterId: string) => {
    if (!follow.hasSubscribers()) return;
    heardEvents(pool, clusterId).then(
      (passing) => passing.forEach(follow.pass),
      (err) => log.debug({ err, clusterId }, "a heartbeat was not told"), // the next one comes in ten seconds
    );
  };
  return {
    wake: follow.wake,
    heard,
    events: eventHandlers({ ...shared, log: events, feed: follow }),
    logs: logHandlers({
      ...shared,
      links,
      place: (org, app) => logPlace(pool, org, app),
      onBroken: (err) => log.debug({ err }, "a log stream broke"),
    }),
  };
}
