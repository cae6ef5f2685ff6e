import type { Asked, Call } from "./call.ts";

const kept = 100_000;

/** The numbered calls of one arrow. */
export interface CallLog {
  /** Enters a call, with the next number. */
  enter(what: Asked): Call;
  /** The last 100,000, oldest first. */
  calls(): readonly Call[];
}

/** Returns an empty log. */
export function callLog(arrow: string): CallLog {
  const calls: Call[] = [];
  let n = 0;
  return {
    enter: (what) => {
      n += 1;
      const call: Call = { arrow, n, ...what, at: { arrived: performance.now() }, faults: [] };
      calls.push(call);
      if (calls.length > kept) calls.shift();
      return call;
    },
    calls: () => calls.slice(),
  };
}
