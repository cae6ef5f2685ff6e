import { parentPort } from "node:worker_threads";
import { parseFile } from "./parse.ts";
import { placeOf } from "./place.ts";

/** What a worker is asked; it answers with the Parsed of it. */
export interface Question {
  readonly path: string;
  readonly bytes: Uint8Array;
}

parentPort?.on("message", ({ path, bytes }: Question) => {
  const place = placeOf(path);
  if (place !== undefined) parentPort?.postMessage(parseFile(place, bytes));
});
parentPort?.postMessage("ready");
