import { Unavailable } from "../errors.ts";

/** Counts what a user has open at once, on this replica. */
export interface Slots {
  /** Takes one and returns how to give it back. Throws 429 above the limit. */
  take(userId: string): () => void;
}

/** At most `most` streams per user; `what` names them for the refusal. */
export function slots(most: number, what: string): Slots {
  const open = new Map<string, number>();
  const change = (userId: string, by: number) => {
    const left = (open.get(userId) ?? 0) + by;
    if (left > 0) open.set(userId, left);
    else open.delete(userId);
  };
  return {
    take: (userId) => {
      if ((open.get(userId) ?? 0) >= most) throw tooMany(most, what);
      change(userId, 1);
      let isTaken = true;
      return () => {
        if (isTaken) change(userId, -1);
        isTaken = false;
      };
    },
  };
}

function tooMany(most: number, what: string): Unavailable {
  return new Unavailable({
    reason: "TooMany",
    detail: `You have ${most} ${what} open, which is the most.`,
    remedy: "Close one and try again.",
    retryAfterSeconds: 5,
  });
}
