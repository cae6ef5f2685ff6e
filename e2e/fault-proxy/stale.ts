import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { eventwise, wholeLines } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { late } from "./late.ts";
import type { Lag } from "./rule.ts";
import type { Armed, RuleBook } from "./rule-book.ts";

/** What an API server's list says of itself, and its items. */
interface List {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly object[];
}

/** Shows the world as it was: lists at an older version, watches that begin there and come late. Single reads stay fresh. */
export class Past {
  /** Versions of the store and when they were seen. The API server keeps five minutes of them. */
  readonly #seen: { at: number; version: string }[] = [];

  /** Answers a list or a watch under a rule of staleness, and passes anything else on. */
  async serve(exchange: Exchange, armed: Armed, book: RuleBook): Promise<void> {
    const { action } = armed.rule;
    const { verb } = exchange.call;
    const lag = action.type === "stale" ? action : { seconds: 0 };
    if (verb === "list") return exchange.give(await this.#list(exchange, lag));
    if (verb !== "watch") return exchange.give(await exchange.ask());
    const { path, head } = await this.#start(exchange, lag);
    const answer = await asking(exchange, path);
    return exchange.give(answer, (bytes) => {
      const lines = (async function* () {
        yield* head;
        yield* late(wholeLines(bytes), lag, armed, exchange.closed);
      })();
      return eventwise(book)(lines, exchange);
    });
  }

  /** Where the watch begins, and the initial events that stand for a cache of that time. */
  async #start(exchange: Exchange, lag: Lag): Promise<{ path: string; head: readonly Buffer[] }> {
    const url = new URL(exchange.call.path, "http://proxy");
    if (url.searchParams.get("sendInitialEvents") !== "true") return { path: exchange.call.path, head: [] };
    const list = (await json(await this.#list(exchange, lag))) as List; // a list was asked for
    for (const name of ["sendInitialEvents", "resourceVersionMatch"]) url.searchParams.delete(name);
    url.searchParams.set("resourceVersion", list.metadata.resourceVersion);
    return { path: url.pathname + url.search, head: initialEvents(list) };
  }

  async #list(exchange: Exchange, lag: Lag): Promise<IncomingMessage> {
    const url = new URL(exchange.call.path, "http://proxy");
    for (const name of ["watch", "allowWatchBookmarks", "sendInitialEvents", "timeoutSeconds"]) {
      url.searchParams.delete(name);
    }
    if (!url.searchParams.has("continue")) {
      url.searchParams.set("resourceVersion", await this.#version(exchange, lag));
      url.searchParams.set("resourceVersionMatch", "Exact");
    }
    return asking(exchange, url.pathname + url.search);
  }

  async #version(exchange: Exchange, lag: Lag): Promise<string> {
    if ("at" in lag) return lag.at;
    const { pathname } = new URL(exchange.call.path, "http://proxy");
    const { metadata } = (await json(await asking(exchange, `${pathname}?limit=1`))) as List; // a list was asked for
    if ("versions" in lag) return String(BigInt(metadata.resourceVersion) - BigInt(lag.versions));
    const now = performance.now();
    this.#seen.push({ at: now, version: metadata.resourceVersion });
    const old = this.#seen.findLast(({ at }) => at <= now - lag.seconds * 1000) ?? this.#seen[0];
    return old?.version ?? metadata.resourceVersion;
  }
}

/** Asks the server for another path than the caller did, as the caller. */
function asking(exchange: Exchange, path: string): Promise<IncomingMessage> {
  const { rawHeaders } = exchange.request;
  return exchange.ask(Buffer.alloc(0), { method: "GET", path, rawHeaders });
}

function initialEvents({ apiVersion, kind, metadata, items }: List): Buffer[] {
  const of = { apiVersion, kind: kind.replace(/List$/, "") }; // items of a list do not say what they are
  const annotations = { "k8s.io/initial-events-end": "true" };
  const end = { ...of, metadata: { resourceVersion: metadata.resourceVersion, annotations } };
  const events = [
    ...items.map((item) => ({ type: "ADDED", object: { ...of, ...item } })),
    { type: "BOOKMARK", object: end },
  ];
  return events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`));
}
