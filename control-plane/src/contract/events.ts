import { z } from "zod";
import { defineEndpoints } from "./endpoint.ts";

/**
 * Names of the browser's events. `hello` and `resync` belong to the stream itself: after `resync` everything is read anew. `cluster.heard`
 * says that a heartbeat came at `at`: it is not kept, has no id, and nothing else changed, so nothing is read anew.
 */
export const eventTypes = [
  "hello",
  "resync",
  "session.ended",
  "app.changed",
  "app.deleted",
  "cluster.changed",
  "cluster.heard",
  "activity.created",
] as const;

export type EventType = (typeof eventTypes)[number];

/** A change: which object, of which organisation (null: the fleet), its revision; the browser reads it anew. */
export const change = z.strictObject({
  id: z.string(),
  name: z.string(),
  org: z.string().nullable(),
  revision: z.string().nullable(),
  at: z.iso.datetime(),
});

export type Change = z.infer<typeof change>;

/** Topics: `org:<slug>` for an organisation's events, `fleet` for clusters (platform roles). */
export const eventEndpoints = defineEndpoints({
  "GET /events": {
    may: "events.read",
    summary: "Changes as server-sent events; resumes after Last-Event-ID",
    status: 200,
    stream: true,
    query: z.strictObject({
      topics: z
        .string()
        .max(1_000)
        .regex(
          /^(org:[a-z0-9-]{1,40}|fleet)(,(org:[a-z0-9-]{1,40}|fleet))*$/,
          "must be org:<slug> or fleet, separated by commas",
        ),
    }),
    reply: z.unknown(),
  },
});
