import type { Request, Response, Router } from "express";
import { z } from "zod";
import type { Endpoint, Endpoints } from "../contract/endpoint.ts";
import { NotFound, Refused } from "../errors.ts";
import { type Admission, admit } from "./admit.ts";
import { type Answers, answeredOnce, type Keep } from "./answered-once.ts";
import type { Handlers } from "./handlers.ts";
import { parsed } from "./input.ts";
import { readJson } from "./json-body.ts";
import { checkOrigin } from "./origin.ts";
import { idempotencyKeyOf, revisionOf } from "./preconditions.ts";
import { sendProblem } from "./problems.ts";

/** What every endpoint needs around it; made once, in app.ts. */
export interface ServeDeps extends Admission {
  answers: Answers;
  /** The origin people open: unsafe requests must come from it. */
  origin: string;
  /** Parses replies by their schema, so that a secret or a missing field fails a test and not a customer. */
  checkReplies: boolean;
  /** Told of what is nobody's refusal but our bug. */
  onBug(error: unknown, requestId: string): void;
}

// Inside `serve` the precise types of one endpoint are forgotten; `Handlers<E>` has checked them at the call.
type AnyHandler = (request: object, response: Response) => Promise<AnyAnswer | undefined>;
interface AnyAnswer {
  reply: unknown;
  revision?: string;
  cookies?: readonly string[];
}

/** Mounts a handler behind each endpoint: bounded, authenticated, authorised and parsed before the handler sees it. */
export function serve<E extends Endpoints>(router: Router, endpoints: E, handlers: Handlers<E>, deps: ServeDeps): void {
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const handler = Reflect.get(handlers, name) as AnyHandler; // one per endpoint, by the type of `handlers`
    const [method, path] = name.split(" ");
    const route = router.route(String(path).replaceAll(/\{(\w+)\}/g, ":$1"));
    const run = async (request: Request, response: Response) => {
      response.locals.endpoint = name;
      await answer({ name, endpoint, request, response }, handler, deps).catch((error: unknown) => {
        const requestId = String(response.locals.requestId);
        if (!(error instanceof Refused) && !response.destroyed) deps.onBug(error, requestId);
        sendProblem(response, error, requestId);
      });
    };
    verbs[String(method)]?.(route, run);
  }
}

// A parameter of another shape names nothing, and Postgres is not asked: it refuses NUL, and what is no UUID.
const segments = z.object({ id: z.uuid().optional() }).catchall(
  z
    .string()
    .max(253)
    .regex(/^\P{Cc}+$/u),
);
const canName = (params: Request["params"]) => segments.safeParse(params).success;

type Run = (request: Request, response: Response) => Promise<void>;
const verbs: Record<string, (route: ReturnType<Router["route"]>, run: Run) => void> = {
  GET: (route, run) => route.get(run),
  POST: (route, run) => route.post(run),
  PUT: (route, run) => route.put(run),
  PATCH: (route, run) => route.patch(run),
  DELETE: (route, run) => route.delete(run),
};

interface Exchange {
  name: string;
  endpoint: Endpoint;
  request: Request;
  response: Response;
}

async function answer(exchange: Exchange, handler: AnyHandler, deps: ServeDeps): Promise<void> {
  const { name, endpoint, request, response } = exchange;
  const caller = await admit(endpoint.may, request, response, deps);
  if (!canName(request.params)) throw new NotFound();
  if (request.method !== "GET" && request.method !== "HEAD") checkOrigin(request, deps.origin);
  const input = { ...(await inputOf(exchange)), caller };
  if (endpoint.stream) {
    await handler(input, response);
    return;
  }
  const work = async (keep: Keep) => {
    const answer = await handler({ ...input, keep }, response);
    if (!answer) throw new TypeError(`${name} answered nothing`);
    if (deps.checkReplies) endpoint.reply.parse(answer.reply);
    return answer;
  };
  const { idempotencyKey: key, body } = input;
  const call = { userId: caller?.user.id, key, endpoint: `${request.method} ${request.path}`, body };
  send(response, endpoint.status, await answeredOnce(deps.answers, call, work));
}

async function inputOf({ endpoint, request, response }: Exchange) {
  return {
    params: { ...request.params },
    query: parsed(endpoint.query, { ...request.query }, "query"),
    body: parsed(endpoint.body, endpoint.body && (await readJson(request, response)), ""),
    revision: endpoint.ifMatch && revisionOf(request),
    idempotencyKey: idempotencyKeyOf(request, endpoint.idempotency),
    requestId: String(response.locals.requestId),
    address: request.ip ?? "",
    header: (header: string) => request.get(header),
    signal: goneSignal(response),
  };
}

function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.on("close", () => gone.abort(new Error("the client is gone")));
  return gone.signal;
}

function send(response: Response, status: number, { reply, revision, cookies = [] }: AnyAnswer): void {
  if (cookies.length > 0) response.setHeader("set-cookie", [...cookies]);
  if (revision !== undefined) response.setHeader("etag", `"${revision}"`);
  response.status(status);
  if (reply === undefined) response.end();
  else response.json(reply);
}
