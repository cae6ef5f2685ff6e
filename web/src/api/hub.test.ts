import { afterEach, describe, expect, it } from "vitest";
import type { Connection } from "./connection.ts";
import { createHub, type FromHub, type Hub, type HubDeps } from "./hub.ts";
import type { StreamEnd } from "./stream.ts";

/** One stream the hub asked for, in the hands of the test. */
interface Asked {
  readonly topics: string;
  readonly lastEventId: string | undefined;
  readonly signal: AbortSignal;
  readonly open: () => void;
  readonly event: (type: string, id: string) => void;
  readonly end: (end: StreamEnd) => void;
}

let hub: Hub | undefined;
afterEach(() => hub?.close());

/** A hub whose network answers when the test says so and whose waits end at once. */
function aHub(refresh: () => Promise<boolean> = () => Promise.resolve(true)) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  let wake: (() => void) | undefined;
  const deps: HubDeps = {
    read({ topics, lastEventId, signal, onOpen, onEvent }) {
      const { promise, resolve } = Promise.withResolvers<StreamEnd>();
      const event = (type: string, id: string) => onEvent({ event: type, id, data: "{}" });
      asked.push({ topics, lastEventId, signal, open: onOpen, event, end: resolve });
      wake?.();
      return promise;
    },
    refresh,
    delay(millis, signal) {
      waits.push(millis);
      return signal.aborted ? Promise.reject(signal.reason) : Promise.resolve();
    },
    now: () => 1_000,
    random: () => 0,
  };
  const made = createHub(deps);
  hub = made;
  /** The stream with this number, once it was asked for. */
  const stream = async (index: number): Promise<Asked> => {
    while (asked.length <= index) await new Promise<void>((resolve) => (wake = resolve));
    const found = asked[index];
    if (!found) throw new Error(`no stream ${index}`);
    return found;
  };
  const page = (id: string) => {
    const heard: FromHub[] = [];
    made.join(id, (message) => heard.push(message));
    return { heard, want: (...topics: string[]) => made.hear(id, { k: "topics", topics }) };
  };
  return { hub: made, asked, waits, stream, page };
}

function connections(heard: readonly FromHub[]): Connection["k"][] {
  return heard.flatMap((message) => (message.k === "connection" ? [message.connection.k] : []));
}

describe("createHub", () => {
  it("opens one stream for all topics wanted", async () => {
    const { page, stream, asked } = aHub();
    page("one").want("org:acme");
    page("two").want("fleet", "org:acme");
    expect((await stream(0)).topics).toBe("fleet,org:acme");
    expect(asked.filter(({ signal }) => !signal.aborted)).toHaveLength(1);
  });

  it("tells every page what it hears", async () => {
    const { page, stream } = aHub();
    const [one, two] = [page("one"), page("two")];
    one.want("fleet");
    const first = await stream(0);
    first.open();
    first.event("cluster.changed", "7");
    const event = { k: "event", type: "cluster.changed", data: "{}" };
    expect([one.heard.at(-1), two.heard.at(-1)]).toEqual([event, event]);
  });

  it("resumes after the last event it heard", async () => {
    const { page, stream } = aHub();
    page("one").want("fleet");
    const first = await stream(0);
    first.open();
    first.event("cluster.changed", "7");
    first.end({ k: "failed" });
    expect((await stream(1)).lastEventId).toBe("7");
  });

  it("says that it reconnects, then that it polls", async () => {
    const { page, stream } = aHub();
    const one = page("one");
    one.want("fleet");
    for (const index of [0, 1, 2]) (await stream(index)).end({ k: "failed" });
    (await stream(3)).open();
    expect(connections(one.heard)).toEqual(["connecting", "reconnecting", "reconnecting", "polling", "live"]);
  });

  it("renews the session after a refusal and goes on", async () => {
    const { page, stream } = aHub(() => Promise.resolve(true));
    page("one").want("fleet");
    (await stream(0)).end({ k: "refused", status: 401 });
    expect((await stream(1)).topics).toBe("fleet");
  });

  it("stops asking when nobody is signed in, until told to retry", async () => {
    const refreshed = Promise.withResolvers<boolean>();
    const { hub: signedOut, page, stream, asked } = aHub(() => refreshed.promise);
    const one = page("one");
    one.want("fleet");
    (await stream(0)).end({ k: "refused", status: 401 });
    refreshed.resolve(false);
    await expect.poll(() => connections(one.heard).at(-1)).toBe("signed-out");
    expect(asked).toHaveLength(1);
    signedOut.hear("one", { k: "retry" });
    expect((await stream(1)).topics).toBe("fleet");
  });

  it("tries again for a page that comes after a sign-out", async () => {
    const { page, stream } = aHub(() => Promise.resolve(false));
    const one = page("one");
    one.want("fleet");
    (await stream(0)).end({ k: "refused", status: 401 });
    await expect.poll(() => connections(one.heard).at(-1)).toBe("signed-out");
    page("two").want("fleet");
    expect((await stream(1)).topics).toBe("fleet");
  });

  it("closes the stream when the last page has gone", async () => {
    const { hub: left, page, stream } = aHub();
    page("one").want("fleet");
    const { signal } = await stream(0);
    left.leave("one");
    expect(signal.aborted).toBe(true);
  });

  it("reopens nothing for a page that wants what is open", async () => {
    const { page, stream, asked } = aHub();
    page("one").want("fleet");
    await stream(0);
    page("two").want("fleet");
    expect(asked).toHaveLength(1);
  });
});
