import type { Api, ApiName } from "@skypanel/control-plane/contract/api.ts";
import type { BodyOf, QueryOf, ReplyOf } from "@skypanel/control-plane/contract/endpoint.ts";
import { checkReply } from "./check.ts";
import { gate } from "./gate.ts";
import { problemOf, unreachable } from "./problem.ts";
import { refreshSession } from "./refresh.ts";
import { addressOf, initOf, type ParamsOf, type RequestParts } from "./request.ts";

type Params<N extends ApiName> = keyof ParamsOf<N> extends never ? unknown : { params: ParamsOf<N> };
type Body<N extends ApiName> = BodyOf<Api[N]> extends undefined ? unknown : { body: BodyOf<Api[N]> };
type Search<N extends ApiName> =
  QueryOf<Api[N]> extends undefined
    ? unknown
    : Record<never, never> extends QueryOf<Api[N]>
      ? { query?: QueryOf<Api[N]> }
      : { query: QueryOf<Api[N]> };
type Revision<N extends ApiName> = Api[N] extends { ifMatch: true } ? { revision: string } : unknown;

/** What endpoint `N` needs: parameters of its path, body, query, and the revision the editor saw. */
export type Input<N extends ApiName> = Params<N> & Body<N> & Search<N> & Revision<N> & CallOptions;

/** `whenSignedOut` says what a dead session means: wait for a new sign-in over the page, or fail. */
interface CallOptions {
  signal?: AbortSignal;
  idempotencyKey?: string;
  whenSignedOut?: "wait" | "fail";
}

export type Reply<N extends ApiName> = ReplyOf<Api[N]>;

/** Calls endpoint `name` and returns its reply; throws `Problem`. A POST carries an idempotency key of its own. */
export async function call<N extends ApiName>(name: N, input: Input<N>): Promise<Reply<N>> {
  // Input<N> is an intersection TypeScript cannot read while N is open; every member of it is one of these.
  const parts = input as RequestParts & CallOptions;
  const request = { idempotencyKey: crypto.randomUUID(), ...parts };
  for (let attempt = 0; ; attempt += 1) {
    const response = await send(name, request);
    if (response.ok) return (response.status === 204 ? undefined : await checkReply(name, response)) as Reply<N>; // by contract
    if (response.status !== 401 || !isRecoverable(name)) throw await problemOf(response);
    if (attempt === 0 && (await renewed())) continue;
    if (request.whenSignedOut === "fail") throw await problemOf(response);
    await gate.shut();
  }
}

/** A 401 of these is their answer, not a session that ran out. */
function isRecoverable(name: ApiName): boolean {
  return name !== "POST /auth/login" && name !== "POST /auth/refresh";
}

async function renewed(): Promise<boolean> {
  try {
    return await refreshSession();
  } catch (cause) {
    throw unreachable(cause);
  }
}

async function send(name: ApiName, request: RequestParts & CallOptions): Promise<Response> {
  const init = initOf(name, request);
  try {
    return await fetch(addressOf(name, request.params, request.query), {
      ...init,
      ...(request.signal ? { signal: request.signal } : {}),
    });
  } catch (cause) {
    // An abort is the caller's own wish and passes as it is; everything else is a network that failed.
    if (request.signal?.aborted) throw cause;
    throw unreachable(cause);
  }
}
