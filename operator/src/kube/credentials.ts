import { isDeepStrictEqual } from "node:util";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import type { Access, AccessSource } from "./kubeconfig.ts";

export interface Credentials {
  /** What to use for the next request. */
  current(): Access;
  /** Reads the source again; calls meanwhile share one read. The old access stays if reading fails. */
  refresh(): Promise<void>;
  stop(): void;
}

interface CredentialsOptions {
  readonly source: AccessSource;
  readonly clock: Clock;
  readonly log: Log;
  /** The server, its CA or our certificate is another: connections must be made anew. */
  readonly onNewPeer: (access: Access) => void;
}

const everyMs: Millis = 60_000;

/** Reads the source now, and again every minute. Rejects if the first read fails. */
export async function keepCredentials({ source, clock, log, onNewPeer }: CredentialsOptions): Promise<Credentials> {
  let access = await source.read();
  let reading: Promise<void> | undefined;
  let cancel: () => void = () => {};
  let stopped = false;

  const read = async () => {
    try {
      const next = await source.read();
      if (stopped) return;
      const isNewPeer = !isSamePeer(access, next);
      access = next;
      if (isNewPeer) onNewPeer(next);
    } catch (error) {
      // A half-written file is whole at the next look; what we have may still be good.
      log.warn({ err: error, source: source.name }, "credentials could not be read again");
    }
  };
  const refresh = () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const plan = () => {
    cancel = clock.setTimer(everyMs, () => {
      void refresh().finally(() => stopped || plan());
    });
  };
  plan();
  return {
    current: () => access,
    refresh,
    stop: () => {
      stopped = true;
      cancel();
    },
  };
}

function isSamePeer(a: Access, b: Access): boolean {
  const { token: _, ...peer } = a;
  const { token: __, ...other } = b;
  return isDeepStrictEqual(peer, other);
}
