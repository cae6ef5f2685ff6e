import { Client } from "pg";
import type { Transaction } from "./tenant.ts";

/** `desired`: a cluster's id, its journal grew. `heard`: a cluster's id, its heartbeat came. `events`: the newest one's id. */
export type Channel = "desired" | "heard" | "events";

/** Tells every replica that listens, when and only when the transaction commits; the same message is told once. */
export async function notify(tx: Transaction, channel: Channel, payload: string): Promise<void> {
  await tx.run("select pg_notify($1, $2)", [channel, payload]);
}

export interface ListenOptions {
  url: string;
  channels: readonly Channel[];
  onMessage(channel: Channel, payload: string): void;
  /** Called after each (re)connection: messages sent before it are lost, so read anew. */
  onConnected(): void;
  onError(error: Error): void;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
}

const retryMs = 1_000;
const pingMs = 15_000;

/** Keeps one listening connection open until `signal` aborts, and resolves then. It reconnects for ever: a poke may be lost. */
export async function listen(options: ListenOptions): Promise<void> {
  const { signal, sleep, onError } = options;
  while (!signal.aborted) {
    await session(options).catch(onError);
    await sleep(retryMs, signal).catch(() => {}); // rejects only when aborted, which ends the loop
  }
}

async function session({ url, channels, onMessage, onConnected, sleep, signal }: ListenOptions): Promise<void> {
  const client = new Client({ connectionString: url, application_name: "skypanel-listen", query_timeout: pingMs });
  const ended = new AbortController();
  const end = AbortSignal.any([signal, ended.signal]);
  client.on("error", (error) => ended.abort(error));
  client.on("end", () => ended.abort(new Error("the listening connection ended")));
  client.on("notification", ({ channel, payload }) => {
    const known = channels.find((name) => name === channel);
    if (known) onMessage(known, payload ?? "");
  });
  try {
    await client.connect();
    // Channel names are ours, from a closed list: identifiers cannot be parameters.
    for (const channel of channels) await client.query(`listen ${channel}`);
    onConnected();
    // A half-open socket says nothing: only asking notices that the server is gone.
    while (!end.aborted) {
      await sleep(pingMs, end);
      await client.query("select 1");
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await client.end().catch(() => {}); // it is broken or we are stopping: nobody waits for its farewell
  }
}
