import type { IncomingMessage, ServerResponse } from "node:http";
import { carryOut } from "./act.ts";
import { authority } from "./authority.ts";
import { type Asked, asked, type Call } from "./call.ts";
import { callLog } from "./call-log.ts";
import { type Door, openDoor } from "./door.ts";
import { Exchange } from "./exchange.ts";
import { type Rule, speaksOf } from "./rule.ts";
import { ruleBook } from "./rule-book.ts";
import { Past } from "./stale.ts";
import { passRaw } from "./upgrade.ts";
import { upstream } from "./upstream.ts";

/** A proxy on one arrow of the architecture, which does harm when told to. */
export interface FaultProxy {
  readonly url: string;
  /** The authority to trust at `url`. */
  readonly ca: string;
  /** Puts a fault in place; the returned function takes it back. `onHit` hears of each call or event it meets. */
  arm(rule: Rule, onHit?: (what: Asked) => void): () => void;
  /** Takes all faults back; what was held goes on. */
  heal(): void;
  /** The last 100,000 calls, oldest first, those under way too. */
  calls(): readonly Call[];
  /** Ends all connections, and refuses new ones. */
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** What the log calls this way, such as "kube". */
  readonly arrow: string;
  /** The server behind; its scheme is also how the proxy itself is spoken to. */
  readonly target: string;
  /** Whom to trust at the target. */
  readonly ca?: string;
}

/** Starts a proxy on a port of loopback. Without a rule it passes everything on unchanged. */
export async function startFaultProxy({ arrow, target: address, ca }: FaultProxyOptions): Promise<FaultProxy> {
  const target = new URL(address);
  const trust = ca === undefined ? {} : { ca };
  const keys = await authority();
  const way = upstream(target, trust);
  const log = callLog(arrow);
  const open = new Set<Exchange>();
  const shown = certificates(() => door);
  const book = ruleBook(() => shown(book.find("wrongCertificate")?.rule));
  const around = { book, past: new Past() };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const exchange = new Exchange(log.enter(askedBy(request)), request, response, way, () => {
      door.reset(request.socket.remotePort);
    });
    open.add(exchange);
    // A connection that breaks behind the proxy breaks before it too: the caller sees no answer, as it would without us.
    await carryOut(exchange, around).catch(() => exchange.cut());
    exchange.call.at.ended = performance.now();
    open.delete(exchange);
    book.ended(exchange.call);
  };
  const door = await openDoor(
    target.protocol === "https:",
    keys,
    (request, response) => void answer(request, response),
  );
  door.server.on("upgrade", (request, socket, first) => {
    log.enter(askedBy(request));
    passRaw(request, socket, first, target, trust);
  });

  return {
    url: door.url,
    ca: keys.ca,
    arm: (rule, onHit) => {
      if (rule.match.open) for (const exchange of open) strike(exchange, rule);
      return book.arm(rule, onHit);
    },
    heal: book.heal,
    calls: log.calls,
    close: async () => {
      way.close(); // what is held is not let go: it died with the connection that brought it
      await door.close();
    },
  };
}

function askedBy({ method = "GET", url = "/", headers }: IncomingMessage): Asked {
  return asked(method, url, headers["content-type"]);
}

/** Shows the certificate a rule asks for, the good one without a rule; ends connections only when that changes. */
function certificates(door: () => Door): (rule: Rule | undefined) => void {
  let shown: "good" | "expired" | "foreign" = "good";
  return (rule) => {
    const next = rule?.action.type === "wrongCertificate" ? rule.action.which : "good";
    if (next === shown) return;
    shown = next;
    door().show(next);
  };
}

/** Does to a call under way what a rule that is armed now can still do. */
function strike(exchange: Exchange, { match, action }: Rule): void {
  if (!speaksOf(match, exchange.call)) return;
  if (action.type === "refuse") exchange.refuse();
  if (action.type === "freeze") exchange.freeze();
  if (action.type === "cut" || action.type === "drop") exchange.cut();
}
