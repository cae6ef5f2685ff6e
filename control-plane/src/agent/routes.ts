import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/crds/time.ts";
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { z } from "zod";
import { agentPaths, heartbeatBody, registerBody, reportsBody } from "../contract/agent.ts";
import type { StateServer } from "../desired/serve.ts";
import { Refused, Unavailable } from "../errors.ts";
import { parsed } from "../http/input.ts";
import { readJson } from "../http/json-body.ts";
import { sendProblem } from "../http/problems.ts";
import type { Rates } from "../http/rates.ts";
import { buckets } from "./buckets.ts";
import { authenticate, bearerOf, type ClusterCaller, mustBeApproved } from "./credentials.ts";
import type { ClusterServices } from "./services.ts";

export interface AgentDeps {
  services: ClusterServices;
  state: StateServer;
  rates: Pick<Rates, "countAddress">;
  /** The wall clock, which tokens are judged by. */
  now(): Millis;
  /** For rates: never goes back. */
  monotonic(): Millis;
  /** Told of what is nobody's refusal but our bug. */
  onBug(error: unknown, requestId: string): void;
}

type Work = (request: Request, response: Response) => Promise<unknown>;
type ClusterWork = (caller: ClusterCaller, request: Request, response: Response) => Promise<unknown>;

/** The routes of clusters. They share nothing with people's: another credential, another router, no list of anything. */
export function agentRouter(deps: AgentDeps): Router {
  const { services, state } = deps;
  const router = Router();
  const asCluster = clusterRoutes(deps);
  const { register, registration, epoch, heartbeat, reports, state: repository } = agentPaths;

  router.post(
    register,
    answered(deps, (request, response) => present(deps, request, response)),
  );
  router.get(
    registration,
    asCluster(({ clusterId }) => services.registration(clusterId), "waiting"),
  );
  router.post(
    epoch,
    asCluster(({ clusterId }) => services.openEpoch(clusterId)),
  );
  router.post(
    heartbeat,
    asCluster(async ({ clusterId }, ...http) => services.heartbeat(clusterId, await bodyOf(heartbeatBody, ...http))),
  );
  router.post(
    reports,
    asCluster(async ({ clusterId }, ...http) => services.report(clusterId, await bodyOf(reportsBody, ...http))),
  );
  router.get(
    `${repository}/info/refs`,
    asCluster(({ clusterId }, ...http) => state.advertise(clusterId, ...http)),
  );
  router.post(
    `${repository}/git-upload-pack`,
    asCluster(({ clusterId }, ...http) => state.uploadPack(clusterId, ...http)),
  );
  return router;
}

/** Wraps the work of a route in what is the same for all: who asks, how often, and whether they may already. */
function clusterRoutes(deps: AgentDeps): (work: ClusterWork, admits?: "waiting") => RequestHandler {
  const { perSecond, burst } = limits.report;
  const rate = buckets({ perSecond, burst }, deps.monotonic);
  const { findKey } = deps.services;
  return (work, admits) =>
    answered(deps, async (request, response) => {
      const caller = await authenticate({ findKey, now: deps.now }, request.get("authorization"));
      const wait = rate.take(caller.clusterId);
      if (wait !== undefined) throw tooMany(wait);
      if (admits !== "waiting") mustBeApproved(caller);
      return work(caller, request, response);
    });
}

/** Sends what `work` returns, or the problem it throws; undefined means that it answered by itself. */
function answered(deps: AgentDeps, work: Work): RequestHandler {
  return async (request, response) => {
    try {
      const reply = await work(request, response);
      if (reply !== undefined) response.json(reply);
    } catch (error) {
      const requestId = String(response.locals.requestId ?? "");
      if (!(error instanceof Refused) && !response.destroyed) deps.onBug(error, requestId);
      sendProblem(response, error, requestId);
    }
  };
}

async function present({ services, rates }: AgentDeps, request: Request, response: Response) {
  await rates.countAddress(request.ip ?? "", response); // the token is a guess until it is looked up
  const body = await bodyOf(registerBody, request, response);
  return services.register(bearerOf(request.get("authorization")), body);
}

/** The body, bounded in bytes, then in depth, then by its schema. */
async function bodyOf<T>(schema: z.ZodType<T>, request: Request, response: Response): Promise<T> {
  const body = parsed(schema, await readJson(request, response), "");
  return body as T; // parsed by that schema
}

function tooMany(seconds: number): Unavailable {
  return new Unavailable({
    reason: "TooMany",
    detail: `A cluster may send ${limits.report.perSecond} requests a second.`,
    remedy: `Wait ${seconds} s and send the newest state.`,
    retryAfterSeconds: seconds,
  });
}
