import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, get } from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

/** How the API server is reached: its URL and an agent that holds our certificate. */
export type Api = { readonly server: string; readonly agent: Agent };

type KubeObject = { readonly metadata: { readonly uid?: string; readonly resourceVersion?: string } };
type List<T> = { readonly metadata: { readonly resourceVersion: string }; readonly items: readonly T[] };
type Event<T> = { readonly type: string; readonly object: T };

const WATCH_SECONDS = 300;
const SILENCE_MS = (WATCH_SECONDS + 30) * 1000;
const RETRY_MS = 500;

/** Reads a kubeconfig as the local cluster writes it: JSON, one context, a client certificate. */
export function readApi(kubeconfig: string): Api {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8"));
  const decoded = (text: string) => Buffer.from(text, "base64");
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(clusters[0].cluster["certificate-authority-data"]),
    cert: decoded(users[0].user["client-certificate-data"]),
    key: decoded(users[0].user["client-key-data"]),
  });
  return { server: clusters[0].cluster.server, agent };
}

/** Calls `changed` with all objects at `path`, at first and after each change, until the process ends. */
export async function follow<T extends KubeObject>(
  api: Api,
  path: string,
  changed: (objects: readonly T[]) => void,
): Promise<never> {
  for (;;) {
    await followOnce(api, path, changed).catch((error: unknown) => {
      console.error(`watching ${path}: ${error instanceof Error ? error.message : String(error)}`);
    });
    await pause(RETRY_MS);
  }
}

/** One list and the watch after it; the watch ends by itself after some minutes, or tells that its version is too old. */
async function followOnce<T extends KubeObject>(
  api: Api,
  path: string,
  changed: (objects: readonly T[]) => void,
): Promise<void> {
  const list: List<T> = JSON.parse(await text(await request(api, path)));
  const objects = new Map(list.items.map((item) => [item.metadata.uid, item]));
  changed([...objects.values()]);
  const query = new URLSearchParams({
    watch: "1",
    resourceVersion: list.metadata.resourceVersion,
    timeoutSeconds: `${WATCH_SECONDS}`,
  });
  const response = await request(api, `${path}?${query}`);
  for await (const line of createInterface({ input: response })) {
    const event: Event<T> = JSON.parse(line);
    if (event.type === "ERROR") return;
    if (event.type === "DELETED") objects.delete(event.object.metadata.uid);
    else objects.set(event.object.metadata.uid, event.object);
    changed([...objects.values()]);
  }
}

function request(api: Api, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = get(`${api.server}${path}`, { agent: api.agent, timeout: SILENCE_MS }, (response) => {
      if (response.statusCode === 200) return resolve(response);
      response.resume();
      reject(new Error(`the API server answered ${response.statusCode}`));
    });
    call.on("timeout", () => call.destroy(new Error("the API server said nothing for too long")));
    call.on("error", reject);
  });
}

async function text(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return String(Buffer.concat(chunks));
}
