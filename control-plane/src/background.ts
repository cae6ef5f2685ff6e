import type { Clock } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Links } from "./agent/links.ts";
import { pokes } from "./agent/poke.ts";
import { listen } from "./db/notify.ts";
import type { Pool } from "./db/pool.ts";
import type { Live } from "./live/live.ts";
import { forgetOldEvents } from "./services/activity/publish.ts";
import { watchSilence } from "./services/fleet/silence.ts";
import { forgetExpired } from "./services/identity/answers.ts";

interface BackgroundDeps {
  pool: Pool;
  /** Where notifications are listened for. */
  url: string;
  links: Links;
  live: Pick<Live, "wake" | "heard">;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

const houseMillis = 60_000;

/** What the server does without being asked; resolves when `signal` has ended all of it. */
export async function background(deps: BackgroundDeps): Promise<void> {
  const { pool, clock, log, signal } = deps;
  const onError = (err: unknown) => log.warn({ err }, "clusters were not looked after");
  const silence = watchSilence({ pool, sleep: clock.sleep, signal, onError });
  await Promise.all([listenForChanges(deps), keepHouse(deps), silence]);
}

/** Pokes operators when a journal grows and wakes browsers' streams when events come, whichever replica wrote them. */
function listenForChanges({ url, links, live, clock, log, signal }: BackgroundDeps): Promise<void> {
  const poke = pokes(links, (err, clusterId) => log.debug({ err, clusterId }, "a poke was lost"));
  const told = { desired: poke.moved, heard: live.heard, events: live.wake };
  return listen({
    url,
    channels: ["desired", "heard", "events"],
    onMessage: (channel, payload) => told[channel](payload),
    onConnected: () => {
      poke.missed();
      live.wake();
    },
    onError: (err) => log.warn({ err }, "the listening connection ended"),
    sleep: clock.sleep,
    signal,
  });
}

/** Once a minute removes what has expired. Several replicas doing so harm nothing. */
async function keepHouse({ pool, clock, log, signal }: BackgroundDeps): Promise<void> {
  const wait = () => clock.sleep(houseMillis, signal).catch(() => {}); // rejects only when aborted, which ends the loop
  for (await wait(); !signal.aborted; await wait()) {
    const work = Promise.all([forgetExpired(pool), forgetOldEvents(pool)]);
    await work.catch((err: unknown) => log.warn({ err }, "housekeeping failed")); // the next minute tries again
  }
}
