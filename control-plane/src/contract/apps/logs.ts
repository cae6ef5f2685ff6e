import { z } from "zod";
import { defineEndpoints } from "../endpoint.ts";

/** Events of a log stream; `cursor` resumes after that line. */
export const logEvents = {
  line: z.strictObject({ instance: z.string(), at: z.string(), cursor: z.string(), text: z.string() }),
  dropped: z.strictObject({ instance: z.string(), lines: z.int().min(1) }),
  source: z.strictObject({
    instance: z.string(),
    state: z.enum(["opened", "ended", "failed"]),
    reason: z.string().nullable(),
  }),
  end: z.strictObject({ reason: z.string() }),
} as const;

export const logEndpoints = defineEndpoints({
  "GET /orgs/{org}/apps/{app}/logs/stream": {
    may: "logs.read",
    summary: "Live log of all instances or one: the last lines, then what follows, as server-sent events",
    status: 200,
    stream: true,
    query: z.strictObject({
      instance: z.string().max(253).optional(),
      tail: z.coerce.number().int().min(0).max(1_000).default(200),
      cursor: z.string().max(512).optional(),
      previous: z.enum(["true", "false"]).default("false"),
    }),
    reply: z.unknown(),
  },
});
