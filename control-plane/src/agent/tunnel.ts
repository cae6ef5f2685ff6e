import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Log } from "@skypanel/runtime/log.ts";
import { type WebSocket, WebSocketServer } from "ws";
import { agentPaths } from "../contract/agent.ts";
import { problemOf } from "../http/problems.ts";
import { authenticate, type ClusterCaller, type CredentialDeps, mustBeApproved } from "./credentials.ts";
import { openLink } from "./link.ts";
import type { Links } from "./links.ts";

export interface TunnelDeps extends CredentialDeps {
  links: Links;
  clock: Clock;
  log: Log;
}

const recheckMs: Millis = 15_000;

/**
 * The listener for an HTTP server's `upgrade` event: a cluster's WebSocket becomes its tunnel; whatever else asks for an
 * upgrade is refused.
 */
export function tunnelUpgrade(deps: TunnelDeps): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.tunnel.bufferBytes,
  });
  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    if (request.method !== "GET" || request.url !== agentPaths.tunnel) return refuse(socket, 404);
    const caller = await authenticate(deps, request.headers.authorization);
    mustBeApproved(caller);
    server.handleUpgrade(request, socket, head, (webSocket) => attach(deps, caller, webSocket));
  };
  return (request, socket, head) => {
    socket.on("error", () => socket.destroy()); // the peer left during the handshake
    upgrade(request, socket, head).catch((error: unknown) => {
      const { status } = problemOf(error, "");
      if (status >= 500) deps.log.error({ err: error }, "tunnel could not be opened");
      refuse(socket, status);
    });
  };
}

function attach(deps: TunnelDeps, caller: ClusterCaller, socket: WebSocket): void {
  const { links, clock, log } = deps;
  const { clusterId } = caller;
  const link = openLink(socket, {
    clock,
    onError: (error) => log.debug({ err: error, clusterId }, "tunnel stream failed"),
    onClose: () => {
      stopChecks();
      links.drop(clusterId, link);
      log.info({ clusterId }, "tunnel closed");
    },
  });
  const stopChecks = whileAllowed(deps, caller, () => link.close());
  links.set(clusterId, link);
  log.info({ clusterId }, "tunnel opened");
}

/** Looks every 15 s whether the key still speaks for the cluster, and ends what it opened once it does not (A6.2). */
function whileAllowed({ findKey, clock, log }: TunnelDeps, { clusterId, kid }: ClusterCaller, end: () => void) {
  let cancel = () => {};
  const look = async () => {
    try {
      const key = await findKey(kid);
      if (key?.clusterId !== clusterId || key.registration !== "Registered") return end();
    } catch (error) {
      log.warn({ err: error, clusterId }, "a tunnel's right could not be checked"); // the next look will tell
    }
    plan();
  };
  let stopped = false;
  const plan = () => {
    if (!stopped) cancel = clock.setTimer(recheckMs, () => void look());
  };
  plan();
  return () => {
    stopped = true;
    cancel();
  };
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
