import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { LogQuery } from "../agent/link.ts";
import type { Links } from "../agent/links.ts";
import type { LogFrame } from "../contract/agent.ts";
import type { logEndpoints } from "../contract/apps/logs.ts";
import { Invalid, Unavailable } from "../errors.ts";
import type { OrgCaller } from "../http/caller.ts";
import type { Handlers } from "../http/handlers.ts";
import type { LogPlace } from "../services/live/log-place.ts";
import { cursorOf, type Resumed, resumed } from "./cursor.ts";
import { type FindCaller, recheck, standing } from "./rights.ts";
import { slots } from "./slots.ts";
import { openSse, type Sse } from "./sse.ts";

export interface LogDeps {
  links: Pick<Links, "find">;
  findCaller: FindCaller;
  /** Throws NotFound for an app that is not the organisation's. */
  place(org: { id: string; slug: string }, app: string): Promise<LogPlace>;
  clock: Clock;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
  /** Told why a stream broke: the browser only sees that it did, and comes again. */
  onBroken(error: unknown): void;
}

/** Live logs: frames of the cluster's tunnel become events of the browser's stream, no faster than it reads them. */
export function logHandlers(deps: LogDeps): Handlers<typeof logEndpoints> {
  const perUser = slots(limits.logs.streamsPerUser, "logs");
  return {
    "GET /orgs/{org}/apps/{app}/logs/stream": async ({ caller, params, query, header, signal }, response) => {
      const place = await deps.place(caller.org, params.app);
      const resume = resumeOf(header("last-event-id") ?? query.cursor);
      const release = perUser.take(caller.user.id);
      try {
        const { clusterId, ...names } = place;
        const { instance, tail, previous } = query;
        const asked = {
          ...names,
          tail,
          previous,
          ...(instance && { instance }),
          ...(resume && { since: resume.since }),
        };
        const frames = await open(deps, clusterId, asked, signal);
        const sse = openSse(response, deps.clock, deps.stopping);
        watch(deps, caller, sse);
        await relay(deps, frames, sse, resume);
      } finally {
        release();
      }
    },
  };
}

function resumeOf(cursor: string | undefined): Resumed | undefined {
  if (cursor === undefined) return undefined;
  const found = resumed(cursor);
  if (found !== undefined) return found;
  throw new Invalid({
    reason: "Invalid",
    detail: "query/cursor: is not a cursor of this stream.",
    remedy: "Leave it out to begin with the last lines.",
    errors: [{ pointer: "query/cursor", reason: "invalid", message: "is not a cursor of this stream" }],
  });
}

async function open({ links }: LogDeps, clusterId: string, query: LogQuery, signal: AbortSignal) {
  const link = links.find(clusterId);
  if (link === undefined) throw offline();
  try {
    return await link.logs(query, signal);
  } catch (error) {
    // A tunnel that breaks while it is asked is a cluster that cannot be reached; the rest are answers.
    if (error instanceof Error && error.name === "NotFound") throw error;
    throw offline(error);
  }
}

/** Ends the stream once the caller may not read logs of the organisation any more. */
function watch({ findCaller, clock }: LogDeps, caller: OrgCaller, sse: Sse): void {
  const look = () => standing(findCaller, caller, "logs.read", caller.org.slug);
  const lost = async () => {
    await sse.send("end", { reason: "You may not read this log any more." });
    sse.end();
  };
  recheck(clock, look, () => void lost(), sse.closed);
}

/** Sends frames on until they end, the tunnel breaks or the browser leaves. A broken tunnel ends without "end": come again. */
async function relay(
  { onBroken }: LogDeps,
  frames: AsyncIterable<LogFrame>,
  sse: Sse,
  resume: Resumed | undefined,
): Promise<void> {
  const positions = new Map<string, { at: string; lines: number }>();
  try {
    for await (const { t, ...data } of frames) {
      if (sse.closed.aborted) return;
      if (!("text" in data)) {
        await sse.send(t, data);
        continue;
      }
      const before = positions.get(data.instance);
      const lines = before?.at === data.at ? before.lines + 1 : 1;
      positions.set(data.instance, { at: data.at, lines });
      if (resume?.isOld(data.instance, data.at)) continue;
      const cursor = cursorOf(positions);
      await sse.send("line", { ...data, cursor }, cursor);
    }
    await sse.send("end", { reason: "The log has ended." });
  } catch (error) {
    if (!sse.closed.aborted) onBroken(error);
  } finally {
    sse.end();
  }
}

function offline(cause?: unknown): Unavailable {
  return new Unavailable({
    reason: "ClusterOffline",
    detail: "The cluster has no open tunnel here, so its logs cannot be read now.",
    remedy: "Wait until it is back; the app itself may run on. Try again in a few seconds.",
    retryAfterSeconds: 5,
    cause,
  });
}
