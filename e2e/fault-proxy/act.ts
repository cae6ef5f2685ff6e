import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { eventwise } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import type { Action } from "./rule.ts";
import type { Armed, RuleBook } from "./rule-book.ts";
import { frozen, halved, throttled, truncated } from "./shapes.ts";
import type { Past } from "./stale.ts";

/** What acts on a call beside itself. */
export interface Surroundings {
  readonly book: RuleBook;
  readonly past: Past;
}

/** Carries one call out, as the rules in force will have it. Rejects when the connection broke on either side. */
export async function carryOut(exchange: Exchange, around: Surroundings): Promise<void> {
  const { call } = exchange;
  const armed = around.book.forCall(call);
  if (armed === undefined) return pass(exchange, around.book, await exchange.ask());
  call.faults.push(armed.rule.action.type);
  if (await withheld(exchange, armed.rule.action)) return;
  const body = await exchange.body(); // what waits is sent though the caller may have gone meanwhile
  await waited(exchange, armed, around.book);
  await sent(exchange, armed, body, around);
}

/** An answer as it is; of a watch line by line, for rules may come while it is open. */
function pass(exchange: Exchange, book: RuleBook, answer: IncomingMessage): Promise<void> {
  return exchange.call.verb === "watch" ? exchange.give(answer, eventwise(book)) : exchange.give(answer);
}

/** True if the request never reaches the server. */
async function withheld(exchange: Exchange, action: Action): Promise<boolean> {
  switch (action.type) {
    case "drop":
      exchange.cut();
      return true;
    case "refuse":
      exchange.refuse();
      return true;
    case "lose":
      await exchange.closed;
      return true;
    case "answer":
      await exchange.body();
      exchange.head(action.status, "", Object.entries(action.headers ?? {}).flat());
      exchange.response.end(action.body ?? "");
      return true;
    default:
      return false;
  }
}

async function waited({ call }: Exchange, armed: Armed, book: RuleBook): Promise<void> {
  const { action } = armed.rule;
  if (action.type === "hold") await armed.released;
  if (action.type === "delay") await sleep(action.ms);
  if (action.type === "reorder") await Promise.race([book.successorOf(call, armed), armed.released]);
}

async function sent(exchange: Exchange, armed: Armed, body: Buffer, around: Surroundings): Promise<void> {
  const { action } = armed.rule;
  if (action.type === "stale") return around.past.serve(exchange, armed, around.book);
  if (action.type === "duplicate") (await exchange.ask(body)).resume();
  const answer = await exchange.ask(body);
  switch (action.type) {
    case "cut":
      if (exchange.call.verb !== "watch") await answer.resume().toArray();
      answer.destroy();
      return exchange.cut();
    case "throttle":
      return exchange.give(answer, throttled(action.bytesPerSecond));
    case "truncate":
      return exchange.give(answer, truncated(action.bytes), false);
    case "halfLine":
      return exchange.give(answer, halved);
    case "freeze":
      return exchange.give(answer, frozen(action.afterBytes ?? 0));
    default:
      return pass(exchange, around.book, answer);
  }
}
