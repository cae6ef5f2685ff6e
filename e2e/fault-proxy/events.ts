import { setTimeout as sleep } from "node:timers/promises";
import type { Exchange, Shape } from "./exchange.ts";
import type { EventSeen } from "./rule.ts";
import type { Armed, RuleBook } from "./rule-book.ts";

const newline = 0x0a;

/** The lines of a stream, each with its end; the last one may lack it. */
export async function* wholeLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end + 1)]);
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

/** Passes a watch on line by line, so that rules can meet its events, whenever they are armed. */
export const eventwise = (book: RuleBook): Shape =>
  async function* (bytes, exchange) {
    let postponed: Buffer[] = [];
    for await (const line of wholeLines(bytes)) {
      const armed = book.forEvent(exchange.call, () => seen(line));
      if (armed?.rule.action.type === "reorder") {
        exchange.call.faults.push("reorder");
        postponed.push(line);
        continue;
      }
      yield* armed === undefined ? [line] : faulty(exchange, armed, line);
      yield* postponed;
      postponed = [];
    }
    yield* postponed;
  };

async function* faulty(exchange: Exchange, armed: Armed, line: Buffer): AsyncGenerator<Buffer> {
  const { action } = armed.rule;
  exchange.call.faults.push(action.type);
  switch (action.type) {
    case "drop":
    case "lose":
      return;
    case "duplicate":
      yield line;
      yield line;
      return;
    case "delay":
      await sleep(action.ms);
      yield line;
      return;
    case "hold":
      await Promise.race([armed.released, exchange.closed]);
      yield line;
      return;
    case "answer":
      yield Buffer.from(`${action.body ?? ""}\n`);
      return;
    case "truncate":
      yield line.subarray(0, action.bytes);
      exchange.response.end();
      await exchange.closed;
      return;
    case "halfLine":
      yield line.subarray(0, Math.ceil(line.length / 2));
      exchange.cut();
      return;
    case "freeze":
      await exchange.closed;
      return;
    case "refuse":
      exchange.refuse();
      return;
    default:
      exchange.cut();
  }
}

/** What a line of a watch speaks of; a line that cannot be read speaks of nothing. */
function seen(line: Buffer): EventSeen {
  try {
    const { type, object } = JSON.parse(line.toString("utf8"));
    const { namespace = "", name = "" } = Object(Object(object).metadata);
    return { type: String(type), namespace: String(namespace), name: String(name) };
  } catch {
    return { type: "", namespace: "", name: "" };
  }
}
