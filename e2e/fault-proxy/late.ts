import { setTimeout as sleep } from "node:timers/promises";
import type { Lag } from "./rule.ts";
import type { Armed } from "./rule-book.ts";

/** The lines, each once it is old enough; all of them at once when the rule is taken back, none once `closed`. */
export async function* late(
  lines: AsyncIterable<Buffer>,
  lag: Lag,
  armed: Armed,
  closed: Promise<void>,
): AsyncGenerator<Buffer> {
  const inbox = new Inbox(lines);
  let isClosed = false;
  const close = () => {
    isClosed = true;
    inbox.wake();
  };
  void closed.then(close);
  void armed.released.then(() => inbox.wake());
  while (!isClosed) {
    const isDue = armed.isReleased() || inbox.isOver;
    const waitMs = isDue ? 0 : dueIn(inbox.queue, lag);
    const first = waitMs === 0 ? inbox.queue.shift() : undefined;
    if (first !== undefined) yield first.line;
    else if (inbox.isOver) return inbox.end;
    else await inbox.changed(waitMs);
  }
}

interface Received {
  readonly line: Buffer;
  readonly at: number;
}

/** Takes lines in as they come, whether or not anybody asks for them yet. */
class Inbox {
  readonly queue: Received[] = [];
  /** Rejects as the lines did. */
  readonly end: Promise<void>;
  isOver = false;
  #changed = Promise.withResolvers<void>();

  constructor(lines: AsyncIterable<Buffer>) {
    this.end = this.#read(lines).finally(() => {
      this.isOver = true;
      this.wake();
    });
    this.end.catch(() => {}); // whoever gets to the end hears of it
  }

  wake(): void {
    this.#changed.resolve();
  }

  /** Resolves at the next news, or after `ms` if those are some. */
  async changed(ms: number): Promise<void> {
    this.#changed = Promise.withResolvers();
    const isTimed = ms > 0 && ms < Number.POSITIVE_INFINITY;
    await Promise.race([this.#changed.promise, ...(isTimed ? [sleep(ms)] : [])]);
  }

  async #read(lines: AsyncIterable<Buffer>): Promise<void> {
    for await (const line of lines) {
      this.queue.push({ line, at: performance.now() });
      this.wake();
    }
  }
}

/** How long the first of the queue has to wait, in ms; without end: until something else happens. */
function dueIn([first, ...rest]: readonly Received[], lag: Lag): number {
  if (first === undefined || "at" in lag) return Number.POSITIVE_INFINITY;
  if ("versions" in lag) return rest.length >= lag.versions ? 0 : Number.POSITIVE_INFINITY;
  return Math.max(0, first.at + lag.seconds * 1000 - performance.now());
}
