import { isIPv6 } from "node:net";
import type { Response } from "express";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { Unavailable } from "../errors.ts";
import type { Caller } from "./caller.ts";

/** Requests per minute (features.md, QU-3), and sign-ins that may fail within a quarter of an hour. */
export interface RateLimits {
  anonymous: number;
  user: number;
  platform: number;
  signIn: number;
}

/** Counters shared by all replicas. Each method throws 429 with the seconds to wait. */
export interface Rates {
  countAddress(address: string, response: Response): Promise<void>;
  countCaller(caller: Caller, response: Response): Promise<void>;
  /** Counts a sign-in before it is tried, so that parallel ones count too; `forgive` takes it back when it succeeded. */
  countSignIn(account: string, address: string): Promise<{ forgive(): Promise<void> }>;
}

/** One household or machine: an IPv4 address, or the /56 an IPv6 customer is given. */
export function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail = ""] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const middle = plain.includes("::") ? Array(Math.max(0, 8 - left.length - right.length)).fill("0") : [];
  const groups = [...left, ...middle, ...right].map((group) => Number.parseInt(group, 16));
  const [a = 0, b = 0, c = 0, d = 0] = groups;
  return `${[a, b, c, d & 0xff00].map((group) => group.toString(16)).join(":")}::/56`;
}

function tooMany(seconds: number): Unavailable {
  return new Unavailable({
    reason: "TooMany",
    detail: "Too many requests from here.",
    remedy: `Wait ${seconds} s and try again.`,
    retryAfterSeconds: seconds,
  });
}

function limiter(pool: object, name: string, points: number, seconds: number) {
  const shape = { keyPrefix: name, points, duration: seconds };
  return new RateLimiterPostgres({
    ...shape,
    storeClient: pool,
    storeType: "pool",
    tableName: "rate_limits",
    tableCreated: true,
    // Who is over the limit costs no more statements; without Postgres each replica counts for itself.
    inMemoryBlockOnConsumed: points,
    insuranceLimiter: new RateLimiterMemory(shape),
  });
}

type Limiter = ReturnType<typeof limiter>;

async function consume(counter: Limiter, key: string): Promise<RateLimiterRes> {
  try {
    return await counter.consume(key);
  } catch (error) {
    // The library rejects with its result when the limit is passed; translated into a refusal.
    if (error instanceof RateLimiterRes) throw tooMany(Math.ceil(error.msBeforeNext / 1000));
    throw error;
  }
}

/** Counters in the table `rate_limits`, reached through `pool`. */
export function createRates(pool: object, limits: RateLimits): Rates {
  const anonymous = limiter(pool, "anonymous", limits.anonymous, 60);
  const users = limiter(pool, "user", limits.user, 60);
  const platform = limiter(pool, "platform", limits.platform, 60);
  const accounts = limiter(pool, "sign-in-account", limits.signIn, 15 * 60);
  const networks = limiter(pool, "sign-in-network", limits.signIn, 15 * 60);
  const count = async (counter: Limiter, key: string, response: Response) => {
    const { remainingPoints, msBeforeNext } = await consume(counter, key);
    response.setHeader("ratelimit-limit", String(counter.points));
    response.setHeader("ratelimit-remaining", String(remainingPoints));
    response.setHeader("ratelimit-reset", String(Math.ceil(msBeforeNext / 1000)));
  };
  return {
    countAddress: (address, response) => count(anonymous, network(address), response),
    countCaller: (caller, response) => count(caller.platformRole ? platform : users, caller.user.id, response),
    async countSignIn(account, address) {
      await consume(networks, network(address));
      await consume(accounts, account);
      return {
        async forgive() {
          await networks.reward(network(address), 1);
          await accounts.reward(account, 1);
        },
      };
    },
  };
}
