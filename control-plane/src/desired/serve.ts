import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { limits } from "@skypanel/crds/limits.ts";
import { Forbidden, Unavailable } from "../errors.ts";
import { readFetchRequest } from "./fetch-request.ts";
import { startGit } from "./git.ts";
import type { Materialiser } from "./materialise.ts";

/** Git's smart HTTP for one cluster; the caller has authenticated it and left the request's body unread. */
export interface StateServer {
  /** `GET info/refs?service=git-upload-pack` */
  advertise(clusterId: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** `POST git-upload-pack` */
  uploadPack(clusterId: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const processes = 32;
const pktHeader = "001e# service=git-upload-pack\n0000";
// Between its two requests a branch may move, or another replica answer: what was advertised stays on offer.
const uploadPack = ["-c", "uploadpack.allowReachableSHA1InWant=true", "upload-pack", "--stateless-rpc"];

/** Serves clusters their desired state, brought up to date before each answer; reading is all it can do. */
export function stateServer({ materialise, doubt }: Materialiser): StateServer {
  let busy = 0;
  const serve: Serve = async (clusterId, request, response, argv, start) => {
    if (busy >= processes) throw tooBusy();
    busy += 1;
    try {
      const input = await readFetchRequest(request);
      const repository = await materialise(clusterId);
      const ended = await answer(repository, argv, input, protocolOf(request), response, start);
      if (ended === "failed") doubt(clusterId);
    } finally {
      busy -= 1;
    }
  };
  return {
    async advertise(clusterId, request, response) {
      if (!asksToFetch(request)) throw notServed();
      const start = protocolOf(request) ? "" : pktHeader;
      response.setHeader("content-type", "application/x-git-upload-pack-advertisement");
      await serve(clusterId, request, response, [...uploadPack, "--http-backend-info-refs", "."], start);
    },
    async uploadPack(clusterId, request, response) {
      if (request.headers["content-type"] !== "application/x-git-upload-pack-request") throw notServed();
      response.setHeader("content-type", "application/x-git-upload-pack-result");
      await serve(clusterId, request, response, [...uploadPack, "."], "");
    },
  };
}

type Serve = (
  clusterId: string,
  request: IncomingMessage,
  response: ServerResponse,
  argv: readonly string[],
  start: string,
) => Promise<void>;

async function answer(
  repository: string,
  argv: readonly string[],
  input: Buffer,
  protocol: "version=2" | undefined,
  response: ServerResponse,
  start: string,
): Promise<"done" | "left" | "failed"> {
  const left = new AbortController();
  response.once("close", () => left.abort());
  const signal = AbortSignal.any([left.signal, AbortSignal.timeout(limits.desired.fetchMillis)]);
  const child = startGit(repository, argv, signal, protocol);
  const exit = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  // Its own words may quote what it was sent; the exit code says enough.
  child.stderr.resume();
  child.stdin.on("error", () => undefined).end(input);
  response.setHeader("cache-control", "no-store");
  response.write(start);
  // Caught to tell a reader that left from a repository that failed: a broken pipe alone is no fault of ours.
  const sent = await pipeline(child.stdout, response, { end: false }).then(
    () => true,
    () => false,
  );
  const code = await exit;
  if (code === 0 && sent) {
    response.end();
    return "done";
  }
  const outcome = response.destroyed ? "left" : "failed";
  // Half a pack must not look like a whole one.
  response.destroy();
  return outcome;
}

function protocolOf(request: IncomingMessage): "version=2" | undefined {
  return request.headers["git-protocol"] === "version=2" ? "version=2" : undefined;
}

function asksToFetch(request: IncomingMessage): boolean {
  return new URL(request.url ?? "/", "http://state.invalid").searchParams.get("service") === "git-upload-pack";
}

function tooBusy(): Unavailable {
  return new Unavailable({
    reason: "Unavailable",
    detail: "Too many clusters fetch at once.",
    remedy: "Fetch again in a few seconds.",
    retryAfterSeconds: 5,
  });
}

function notServed(): Forbidden {
  return new Forbidden({
    reason: "Forbidden",
    detail: "Desired state can only be fetched, over git's smart HTTP.",
    remedy: "Use git fetch; changes go through the API.",
  });
}
