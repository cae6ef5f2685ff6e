import type { LogFrame } from "@skypanel/control-plane/contract/agent.ts";
import { app } from "@skypanel/crds/kinds/app.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { describe, expect, it, vi } from "vitest";
import { KubeError, type Live } from "../../kube/kube.ts";
import { namespaces, pods, resourceOf } from "../../kube/resources.ts";
import { createStore } from "../../kube/store.ts";
import { appLabels, tenantLabels } from "../../labels.ts";
import { logs } from "./logs.ts";
import type { LogQuery } from "./requests.ts";

const namespace = "sp-shop";
const asked: LogQuery = { tenant: "shop", namespace, app: "web", tail: 200, previous: "false" };
let versions = 0;
const live = (kind: string, metadata: Live["metadata"], more: object = {}): Live => {
  versions += 1;
  return {
    apiVersion: "v1",
    kind,
    metadata: { uid: metadata.name, ...metadata, resourceVersion: String(versions) },
    ...more,
  };
};
const aPod = (name: string, container: string | undefined, labels = appLabels("shop", "web", "web")) => {
  const started = { containerID: container, state: { running: {} } };
  const status = { containerStatuses: container === undefined ? [{ state: { waiting: {} } }] : [started] };
  return live("Pod", { name, namespace, labels }, { status });
};

/** Log bytes the test writes into, and the paths under which they were asked for. */
function theApi() {
  const paths: string[] = [];
  const open: { write(text: string): void; end(error?: Error): void }[] = [];
  const stream = async (path: string, signal: AbortSignal) => {
    paths.push(path);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    signal.addEventListener("abort", () => void writer.abort(signal.reason).catch(() => {}), { once: true });
    open.push({
      write: (text) => void writer.write(Buffer.from(text)).catch(() => {}),
      end: (error) => void (error === undefined ? writer.close() : writer.abort(error)).catch(() => {}),
    });
    return readable;
  };
  return { paths, open, stream };
}

/** A reader of `query` in a cluster with tenant `shop`, its app `web` and these pods. */
function reading(options: { pods: Live[]; query?: Partial<LogQuery>; isSlow?: boolean }) {
  const store = createStore({ get: async () => Promise.reject(new Error("nothing is fetched")) });
  store.table(namespaces).put(live("Namespace", { name: namespace, labels: tenantLabels("shop") }));
  store.table(namespaces).put(live("Namespace", { name: "kube-system" }));
  store.table(resourceOf(app)).put(live("App", { name: "web", namespace }, { spec: {} }));
  for (const pod of options.pods) store.table(pods).put(pod);
  const clock = manualClock();
  const api = theApi();
  const frames: LogFrame[] = [];
  let release = () => {};
  const leave = new AbortController();
  const opened = vi.fn();
  const sink = {
    open: opened,
    write: (text: string) => {
      for (const line of text.split("\n")) if (line !== "") frames.push(JSON.parse(line));
      return options.isSlow !== true;
    },
    drained: () =>
      new Promise<void>((resolve) => {
        release = resolve;
        leave.signal.addEventListener("abort", () => resolve(), { once: true });
      }),
  };
  const handler = logs({ store, stream: api.stream, clock, log: createLog({ name: "test", level: "silent" }) });
  const found = handler({ ...asked, ...options.query }, sink, leave.signal);
  const texts = () => frames.flatMap((frame) => (frame.t === "line" ? [`${frame.instance} ${frame.text}`] : []));
  return { ...api, store, clock, frames, texts, found, leave, opened, release: () => release() };
}

const line = (n: number, text: string) => `2030-01-01T00:00:0${n}Z ${text}\n`;

describe("logs through the tunnel", () => {
  it("show the last lines of every instance, then what follows", async () => {
    const { open, paths, texts, leave, found } = reading({ pods: [aPod("web-1", "c1"), aPod("web-2", "c2")] });
    await vi.waitFor(() => expect(open).toHaveLength(2));
    open[0]?.write(line(1, "one"));
    open[1]?.write(line(2, "two"));
    await vi.waitFor(() => expect(texts()).toEqual(["web-1 one", "web-2 two"]));
    expect(paths).toEqual(
      ["web-1", "web-2"].map(
        (pod) => `/api/v1/namespaces/sp-shop/pods/${pod}/log?timestamps=true&follow=true&tailLines=200`,
      ),
    );
    leave.abort();
    expect(await found).toBe(true);
  });

  it.each<[string, Partial<LogQuery>]>([
    ["another tenant's namespace", { tenant: "other" }],
    ["a namespace of nobody's", { namespace: "kube-system" }],
    ["an app that does not exist", { app: "api" }],
    ["a namespace that does not exist", { namespace: "nowhere" }],
  ])("T-A16 are not given for %s", async (_, query) => {
    const { found, paths, opened } = reading({ pods: [aPod("web-1", "c1")], query });
    expect(await found).toBe(false);
    expect(opened).not.toHaveBeenCalled();
    expect(paths).toEqual([]);
  });

  it("T-A16 leave out pods that are not the app's", async () => {
    const foreign = [
      aPod("other-app", "c1", appLabels("shop", "api")),
      aPod("other-tenant", "c2", appLabels("other", "web")),
      aPod("unmanaged", "c3", { ...appLabels("shop", "web"), "app.kubernetes.io/managed-by": "helm" }),
    ];
    const { paths, leave, found } = reading({ pods: [...foreign, aPod("web-1", "c4")] });
    await vi.waitFor(() => expect(paths).toHaveLength(1));
    expect(paths[0]).toContain("/pods/web-1/log");
    leave.abort();
    await found;
  });

  it("wait for a container to start, and follow its restart", async () => {
    const { store, open, paths, leave, found, opened } = reading({ pods: [aPod("web-1", undefined)] });
    expect(open).toHaveLength(0);
    expect(opened).toHaveBeenCalledTimes(1);
    store.table(pods).put(aPod("web-1", "c1"));
    await vi.waitFor(() => expect(open).toHaveLength(1));
    store.table(pods).put(aPod("web-1", "c1"));
    store.table(pods).put(aPod("web-1", "c2"));
    await vi.waitFor(() => expect(open).toHaveLength(2));
    expect(paths[1]).toBe("/api/v1/namespaces/sp-shop/pods/web-1/log?timestamps=true&follow=true");
    leave.abort();
    await found;
  });

  it("go on after the last line when the connection breaks", async () => {
    const { open, paths, texts, clock, leave, found } = reading({ pods: [aPod("web-1", "c1")] });
    await vi.waitFor(() => expect(open).toHaveLength(1));
    open[0]?.write(line(1, "one") + line(2, "two"));
    await vi.waitFor(() => expect(texts()).toHaveLength(2));
    open[0]?.end(new KubeError("network", "reset"));
    await vi.waitFor(async () => {
      await clock.advance(1_000);
      expect(open).toHaveLength(2);
    });
    open[1]?.write(line(2, "two") + line(3, "three"));
    await vi.waitFor(() => expect(texts()).toEqual(["web-1 one", "web-1 two", "web-1 three"]));
    expect(paths[1]).toContain("sinceTime=2030-01-01T00%3A00%3A02Z");
    leave.abort();
    await found;
  });

  it("say what the API refuses, and show the others", async () => {
    const { open, frames, texts, leave, found } = reading({ pods: [aPod("web-1", "c1"), aPod("web-2", "c2")] });
    await vi.waitFor(() => expect(open).toHaveLength(2));
    open[0]?.end(new KubeError("forbidden", "may not get pods/log"));
    open[1]?.write(line(1, "fine"));
    await vi.waitFor(() => expect(texts()).toEqual(["web-2 fine"]));
    const failed = { t: "source", instance: "web-1", state: "failed", reason: "may not get pods/log" };
    await vi.waitFor(() => expect(frames).toContainEqual(failed));
    leave.abort();
    await found;
  });

  it("begin where the reader was", async () => {
    const query = { since: "2030-01-01T00:00:07.5Z", instance: "web-1" };
    const { paths, leave, found } = reading({ pods: [aPod("web-1", "c1"), aPod("web-2", "c2")], query });
    await vi.waitFor(() => expect(paths).toHaveLength(1));
    expect(paths[0]).toContain("follow=true&sinceTime=2030-01-01T00%3A00%3A07Z");
    leave.abort();
    await found;
  });

  it("of the container before end by themselves", async () => {
    const before = { lastState: { terminated: { containerID: "c0" } }, state: { running: {} }, containerID: "c1" };
    const pod = { ...aPod("web-1", "c1"), status: { containerStatuses: [before] } };
    const { open, paths, texts, found } = reading({ pods: [pod], query: { previous: "true" } });
    await vi.waitFor(() => expect(open).toHaveLength(1));
    open[0]?.write(line(1, "last words"));
    open[0]?.end();
    expect(await found).toBe(true);
    expect(texts()).toEqual(["web-1 last words"]);
    expect(paths[0]).toContain("follow=false&previous=true");
  });

  it("T-L08 tell a reader who stands still how much is gone", async () => {
    const { open, frames, texts, clock, leave, found, release } = reading({
      pods: [aPod("web-1", "c1")],
      isSlow: true,
    });
    await vi.waitFor(() => expect(open).toHaveLength(1));
    const total = 1_000;
    for (let n = 0; n < total; n += 1) open[0]?.write(line(1, `${n} ${"x".repeat(1_000)}`));
    open[0]?.end();
    const counted = () => {
      const dropped = frames.reduce((sum, frame) => sum + (frame.t === "dropped" ? frame.lines : 0), 0);
      return { dropped, shown: texts().length };
    };
    // The reader takes nothing for so long that the source goes on without it.
    for (let n = 0; n < 1_200; n += 1) await clock.advance(1_000);
    await vi.waitFor(() => {
      release();
      const { dropped, shown } = counted();
      expect(dropped + shown).toBe(total);
    });
    expect(counted().dropped).toBeGreaterThan(0);
    leave.abort();
    await found;
  });
});
