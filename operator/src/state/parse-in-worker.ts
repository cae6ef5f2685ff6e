import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { limits } from "@skypanel/crds/limits.ts";
import type { Clock, Millis } from "@skypanel/runtime/clock.ts";
import type { Parsed } from "./parse.ts";
import type { Question } from "./parse-worker.ts";

/** Parses files one after the other, apart from the loop that serves everything else. */
export interface Parser {
  /** Begins the thread, so that a file which is on its way finds it ready. */
  warm(): void;
  parse(path: string, bytes: Uint8Array): Promise<Parsed>;
  close(): Promise<void>;
}

const startMs: Millis = 30_000;
const idleMs: Millis = 60_000; // a thread costs 30 MB; between commits nobody needs it
// A busy machine is no hostile file: what was too slow once gets this much longer, in a fresh worker.
const secondChance = 20;
const youngMiB = 16;
// Its program lies beside this one, both as they are written and as the image bundles them.
const besideUs = new URL(`./parse-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * A parser in a thread with little memory and a watchdog; a file that breaks either is broken, and nothing else is. The
 * thread ends when no file came for a minute. `program` answers each Question with its Parsed.
 */
export function createParser(clock: Pick<Clock, "setTimer">, program: URL = besideUs): Parser {
  let worker: Promise<Worker> | undefined;
  let rest = () => {};
  const end = async () => {
    rest();
    const current = await worker?.catch(() => undefined);
    worker = undefined;
    await current?.terminate();
  };
  const begun = () => {
    worker ??= startWorker(clock, program).catch((error: unknown) => {
      worker = undefined; // the next file may find the machine less busy
      throw error;
    });
    return worker;
  };
  const tryOnce = async (question: Question, ms: Millis): Promise<Parsed | undefined> => {
    const answer = await ask(clock, await begun(), question, ms);
    if (answer === undefined) await end();
    return answer;
  };
  const idle = () => {
    rest();
    rest = clock.setTimer(idleMs, () => void end());
  };
  return {
    warm: () => {
      idle();
      begun().catch(() => undefined); // whoever has a file begins it again and is told
    },
    parse: async (path, bytes) => {
      rest();
      const question = { path, bytes };
      const answer =
        (await tryOnce(question, limits.yaml.parseMillis)) ??
        (await tryOnce(question, limits.yaml.parseMillis * secondChance));
      idle();
      return (
        answer ?? { ok: false, problem: { path, line: 1, message: "it takes too long or too much memory to read" } }
      );
    },
    close: end,
  };
}

async function startWorker(clock: Pick<Clock, "setTimer">, program: URL): Promise<Worker> {
  const memory = { maxOldGenerationSizeMb: limits.yaml.parseMemoryMiB - youngMiB, maxYoungGenerationSizeMb: youngMiB };
  const worker = new Worker(program, { resourceLimits: memory });
  worker.on("error", () => {}); // between two questions nobody else listens; the next one finds it dead
  worker.unref();
  if ((await reply(clock, worker, startMs)) !== undefined) return worker;
  await worker.terminate();
  throw new Error("the parser did not start");
}

async function ask(
  clock: Pick<Clock, "setTimer">,
  worker: Worker,
  question: Question,
  ms: Millis,
): Promise<Parsed | undefined> {
  const answered = reply(clock, worker, ms);
  // A view would take all it is a view of along: the files of a whole batch, for each of them.
  worker.postMessage({ ...question, bytes: new Uint8Array(question.bytes) });
  return (await answered) as Parsed | undefined; // the worker is ours and answers nothing else
}

/** The worker's next message; undefined if it dies or says nothing in time. */
function reply(clock: Pick<Clock, "setTimer">, worker: Worker, ms: Millis): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const cancel = clock.setTimer(ms, () => resolve(undefined));
  const lost = () => resolve(undefined);
  worker.once("message", resolve).once("error", lost).once("exit", lost);
  return promise.finally(() => {
    cancel();
    worker.off("message", resolve).off("error", lost).off("exit", lost);
  });
}
