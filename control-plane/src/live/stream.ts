import { limits } from "@skypanel/crds/limits.ts";
import type { Clock } from "@skypanel/runtime/clock.ts";
import type { eventEndpoints } from "../contract/events.ts";
import { NotFound } from "../errors.ts";
import type { Caller } from "../http/caller.ts";
import type { Handlers } from "../http/handlers.ts";
import type { EventLog, KeptEvent, PassingEvent } from "../services/live/events.ts";
import type { Feed } from "./feed.ts";
import { openInbox } from "./inbox.ts";
import { type FindCaller, recheck, type Standing, standing } from "./rights.ts";
import { slots } from "./slots.ts";
import { openSse, type Sse } from "./sse.ts";

export interface StreamDeps {
  log: EventLog;
  feed: Feed;
  findCaller: FindCaller;
  clock: Clock;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
}

const idShape = /^\d{1,18}$/;

/** The browser's one event stream. An event only names what to read anew, so one that comes twice does no harm. */
export function eventHandlers(deps: StreamDeps): Handlers<typeof eventEndpoints> {
  const perUser = slots(limits.stream.perUser, "event streams");
  return {
    "GET /events": async ({ caller, query, header }, response) => {
      const topics = [...new Set(query.topics.split(","))];
      const look = () => standingOf(deps, caller, topics);
      if ((await look()) !== "allowed") throw new NotFound();
      const release = perUser.take(caller.user.id);
      try {
        const sse = openSse(response, deps.clock, deps.stopping);
        recheck(deps.clock, look, (found) => void lost(sse, found), sse.closed);
        await follow(deps, sse, topics, header("last-event-id"));
      } finally {
        release();
      }
    },
  };
}

/** Whether the caller may still see every topic: `org:<slug>` by membership, `fleet` by platform role. */
async function standingOf({ findCaller }: StreamDeps, caller: Caller, topics: readonly string[]): Promise<Standing> {
  const found = await Promise.all(
    topics.map((topic) =>
      topic === "fleet"
        ? standing(findCaller, caller, "clusters.read", undefined)
        : standing(findCaller, caller, "org.read", topic.slice("org:".length)),
    ),
  );
  return found.find((one) => one !== "allowed") ?? "allowed";
}

async function lost(sse: Sse, found: Standing): Promise<void> {
  // A lost topic ends the stream without a word: asked for again, it is a 404 like any other foreign one.
  if (found === "signed-out") await sse.send("session.ended", {});
  sse.end();
}

/** Sends what was missed since `lastId`, then what comes, in order and each once, until the stream ends. */
async function follow(deps: StreamDeps, sse: Sse, topics: string[], lastId: string | undefined): Promise<void> {
  const inbox = openInbox(deps.feed, topics, sse.closed);
  try {
    let position = await greet(deps.log, sse, topics, lastId);
    const pass = async (events: readonly (KeptEvent | PassingEvent)[]) => {
      for (const event of events) {
        const { id } = event;
        if (id !== undefined && BigInt(id) <= BigInt(position)) continue; // already read from the log
        position = id ?? position;
        await sse.send(event.type, event.data, id);
      }
    };
    while (!sse.closed.aborted) {
      const { events, isBehind } = await inbox.next();
      if (isBehind) await catchUp(deps.log, topics, () => position, pass);
      await pass(events);
    }
  } finally {
    inbox.close();
  }
}

async function catchUp(
  log: EventLog,
  topics: readonly string[],
  position: () => string,
  pass: (events: readonly KeptEvent[]) => Promise<void>,
): Promise<void> {
  for (let page = await log.after(position(), topics); page.length > 0; page = await log.after(position(), topics)) {
    await pass(page);
  }
}

/** Says where the stream stands. What was missed and is not kept any more is said too: read these topics anew. */
async function greet(log: EventLog, sse: Sse, topics: readonly string[], lastId: string | undefined): Promise<string> {
  const newest = await log.newest();
  const canResume = lastId !== undefined && idShape.test(lastId) && (await log.isKept(lastId));
  const position = canResume ? lastId : newest;
  await sse.send("hello", {}, position);
  if (lastId !== undefined && !canResume) await sse.send("resync", { topics }, position);
  return position;
}
