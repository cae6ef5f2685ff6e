import type { LogFrame } from "@skypanel/control-plane/contract/agent.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import { wakeable } from "../wake.ts";
import { LogBuffer } from "./log-buffer.ts";
import type { LogSink } from "./requests.ts";

/** The way of one log stream out of the cluster. */
export interface LogOutlet {
  push(frame: LogFrame): void;
  /** Resolves when there is room for more, or after a second: then the reader stands still and loses the oldest lines. */
  room(signal: AbortSignal): Promise<void>;
  /** Writes what is pushed until `signal` is aborted, or until `finish` and all is written. */
  run(signal: AbortSignal): Promise<void>;
  finish(): void;
}

const chunkBytes = 16 * 1024;
const patienceMs: Millis = 1_000;
const idleMs: Millis = 60_000;

/** Writes frames into `sink` no faster than it is read. */
export function logOutlet(sink: LogSink, clock: Clock): LogOutlet {
  const buffer = new LogBuffer();
  const pushed = wakeable(clock);
  const taken = wakeable(clock);
  let finished = false;

  return {
    push: (frame) => {
      buffer.push(frame);
      pushed.wake();
    },
    room: async (signal) => {
      if (buffer.isFilling) await taken.nap(patienceMs, signal);
    },
    run: async (signal) => {
      while (!signal.aborted) {
        const text = buffer.take(chunkBytes);
        if (text === "") {
          if (finished) return;
          await pushed.nap(idleMs, signal);
          continue;
        }
        if (!sink.write(text)) await sink.drained();
        taken.wake();
      }
    },
    finish: () => {
      finished = true;
      pushed.wake();
    },
  };
}
