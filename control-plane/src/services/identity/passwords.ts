import { hash, verify } from "@node-rs/argon2";
import { limits } from "@skypanel/crds/limits.ts";
import { Unavailable } from "../../errors.ts";

/** Hashing of passwords, a few at a time: each takes 19 MiB and tens of milliseconds (guarantees.md, A1.4, G-S3). */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Is it this user's password? Without a user it costs the same and is false. */
  matches(passwordHash: string | undefined, password: string): Promise<boolean>;
}

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const mark = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`;
// Well-formed, of today's cost, and of no password anybody knows.
const nobody = `${mark}c2t5cGFuZWwtbm9ib2R5IQ$qDjPuDvYpJUlqWcWQRWM3rHk0BvRJb6rGY1ZlB4Y8nM`;
// Node has four threads for such work; files and name lookups need the others.
const atOnce = 2;

/** True when a hash was made with other parameters than today's. */
export function isOutdated(passwordHash: string): boolean {
  return !passwordHash.startsWith(mark);
}

/** One spelling for each text: people type the same letters in different encodings (Unicode NFKC). */
const normal = (password: string) => password.normalize("NFKC");

/** Passwords with a queue of their own; throws Unavailable when too many wait. */
export function createPasswords(): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];

  const queued = async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting.length >= limits.password.waiting) throw busy();
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };

  return {
    hash: (password) => queued(() => hash(normal(password), parameters)),
    matches: (passwordHash, password) =>
      queued(async () => (await verify(passwordHash ?? nobody, normal(password))) && passwordHash !== undefined),
  };
}

function busy(): Unavailable {
  return new Unavailable({
    reason: "Unavailable",
    detail: "Too many people are signing in at this moment.",
    remedy: "Try again in a few seconds.",
    retryAfterSeconds: 3,
  });
}
