import type { ToWorker } from "./bus-worker.ts";
import { createHub, type FromHub, type ToHub } from "./hub.ts";
import { hubDeps } from "./hub-deps.ts";

/** A page's line to the one event stream of its browser. */
export interface Link {
  readonly send: (message: ToHub) => void;
}

const channelName = "skypanel.events";

/** Opens the line: through a SharedWorker, or where there is none through the tab that leads. */
export function openLink(page: string, hear: (message: FromHub) => void): Link {
  // Held for the life of the page: who waits for it learns that the page is gone.
  navigator.locks.request(page, () => new Promise<void>(() => undefined)).catch(() => undefined);
  return "SharedWorker" in globalThis ? throughWorker(page, hear) : throughLeader(page, hear);
}

function throughWorker(page: string, hear: (message: FromHub) => void): Link {
  const worker = new SharedWorker(new URL("./bus-worker.ts", import.meta.url), { type: "module", name: channelName });
  worker.port.onmessage = ({ data }: MessageEvent<FromHub>) => hear(data);
  const post = (message: ToWorker) => worker.port.postMessage(message);
  post({ k: "join", page });
  return { send: post };
}

type OnChannel =
  | { readonly to: "leader"; readonly page: string; readonly message: ToHub }
  | { readonly to: "pages"; readonly message: FromHub }
  | { readonly to: "all"; readonly newLeader: true };

/** One tab, the holder of a lock, keeps the hub; the others speak with it over a broadcast channel. */
function throughLeader(page: string, hear: (message: FromHub) => void): Link {
  const channel = new BroadcastChannel(channelName);
  let topics: readonly string[] = [];
  let lead: ((page: string, message: ToHub) => void) | undefined;
  const post = (message: OnChannel) => channel.postMessage(message);
  const send = (message: ToHub) => {
    if (message.k === "topics") topics = message.topics;
    if (lead) lead(page, message);
    else post({ to: "leader", page, message });
  };
  channel.onmessage = ({ data }: MessageEvent<OnChannel>) => {
    if (data.to === "pages") hear(data.message);
    if (data.to === "leader") lead?.(data.page, data.message);
    if (data.to === "all") send({ k: "topics", topics });
  };
  const takeOver = () => {
    lead = createLeader(page, hear, (message) => post({ to: "pages", message }));
    send({ k: "topics", topics });
    post({ to: "all", newLeader: true });
    return new Promise<void>(() => undefined);
  };
  navigator.locks.request(`${channelName}.leader`, takeOver).catch(() => undefined);
  return { send };
}

function createLeader(own: string, hear: (message: FromHub) => void, broadcast: (message: FromHub) => void) {
  const hub = createHub(hubDeps);
  const known = new Set([own]);
  const mute = () => undefined;
  hub.join(own, hear);
  return (page: string, message: ToHub) => {
    if (!known.has(page)) {
      known.add(page);
      hub.join(page, mute);
      // The channel reaches all other tabs at once, so they hear as one; joining again tells the newcomer how things stand.
      hub.join("others", broadcast);
      navigator.locks.request(page, () => hub.leave(page)).catch(() => hub.leave(page));
    }
    hub.hear(page, message);
  };
}
