import { createHub, type ToHub } from "./hub.ts";
import { hubDeps } from "./hub-deps.ts";

/** The messages of a page: the first one names it; the rest are for the hub. */
export type ToWorker = { readonly k: "join"; readonly page: string } | ToHub;

const hub = createHub(hubDeps);

// In a SharedWorker the global scope has `onconnect`; the DOM library types only know the window's.
self.addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  let page: string | undefined;
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.k !== "join") {
      if (page) hub.hear(page, data);
      return;
    }
    page = data.page;
    hub.join(page, (message) => port.postMessage(message));
    whenGone(data.page, () => hub.leave(data.page));
  };
});

/** A page holds a lock of its name as long as it lives: when we get it, the page is gone, crashed or closed. */
function whenGone(page: string, gone: () => void) {
  navigator.locks.request(page, gone).catch(gone);
}
