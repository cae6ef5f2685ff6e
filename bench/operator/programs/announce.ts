import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";

/**
 * Says that the program is at work, and from then on answers each line on standard input with the event loop's delay since
 * the line before. What starting cost is not in it.
 */
export function announce(): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  createInterface({ input: process.stdin }).on("line", () => {
    say({ loopP99Ms: Math.round(delay.percentile(99) / 1e5) / 10 });
    delay.reset();
  });
  say({ synced: true });
}

function say(words: object): void {
  process.stdout.write(`${JSON.stringify(words)}\n`);
}
