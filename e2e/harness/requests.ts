import { visit } from "./visit.ts";

/** Requests one after the other until stopped; what did not answer 200 is kept. */
export interface SteadyRequests {
  stop(): Promise<{ readonly sent: number; readonly failures: readonly string[] }>;
}

/** Starts asking `url` without pause, a new connection each time. */
export function steadyRequests(url: string): SteadyRequests {
  const failures: string[] = [];
  let sent = 0;
  let going = true;
  const ask = async (): Promise<void> => {
    while (going) {
      sent += 1;
      const outcome = await visit(url).then(
        ({ status }) => status,
        (error: Error) => error.message,
      );
      if (outcome !== 200) failures.push(`request ${sent}: ${outcome}`);
    }
  };
  const done = ask();
  return {
    async stop() {
      going = false;
      await done;
      return { sent, failures };
    },
  };
}
