import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kube, KubeError, Live, Ref, WatchEvent } from "./kube.ts";
import { configMaps, ingresses, namespaces, resourceOf } from "./resources.ts";

/** A server to hold against the contract, and the one thing that differs: how a namespace is made empty. */
export interface Contender {
  readonly kube: Kube;
  readonly close: () => Promise<void>;
}

const ours = { manager: "skypanel-operator", force: false } as const;
const forced = { manager: "skypanel-operator", force: true } as const;
const theirs = { manager: "skypanel-state", force: false } as const;

interface ConfigMap extends Live {
  readonly data?: Record<string, string>;
}

async function gathered<T>(all: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of all) items.push(item);
  return items;
}

/** What every implementation of the port must do; the in-memory twin is held to the real server by running both. */
export function kubeContract(open: () => Promise<Contender>): void {
  const namespace = `contract-${process.pid}-${Math.floor(performance.timeOrigin) % 1_000_000}`;
  let contender: Contender;
  let kube: Kube;
  let count = 0;

  beforeAll(async () => {
    contender = await open();
    kube = contender.kube;
    await kube.apply({ resource: namespaces, name: namespace }, { metadata: { name: namespace } }, ours);
  });
  afterAll(async () => {
    const ref = { resource: namespaces, name: namespace };
    const { metadata } = await kube.get(ref);
    await kube.delete(ref, { uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "" });
    await contender.close();
  });

  const fresh = (resource: Ref["resource"] = configMaps): Ref & { namespace: string } => {
    count += 1;
    return { resource, namespace, name: `c${count}` };
  };
  const body = ({ name }: Ref, data: Record<string, string>, metadata: Record<string, unknown> = {}) => ({
    metadata: { name, namespace, ...metadata } as Record<string, string>, // tests pass plain JSON
    data,
  });
  const create = async (ref: Ref, data: Record<string, string> = { a: "1" }) =>
    (await kube.apply<ConfigMap>(ref, body(ref, data), ours)).object;
  const refused = (work: Promise<unknown>): Promise<KubeError["kind"]> =>
    work.then(
      () => expect.unreachable("it was accepted"),
      (error: KubeError) => error.kind,
    );
  const pre = ({ metadata }: Live) => ({ uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "" });

  describe("apply", () => {
    it("says that it created and gives uid and version", async () => {
      const ref = fresh();
      const { object, created } = await kube.apply<ConfigMap>(ref, body(ref, { a: "1" }), ours);
      expect(created).toBe(true);
      expect(object).toMatchObject({ kind: "ConfigMap", apiVersion: "v1", data: { a: "1" } });
      expect(object.metadata.uid).toBeTruthy();
      expect(object.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(object.metadata.creationTimestamp).toMatch(/Z$/);
    });

    it("leaves the version alone when nothing changes", async () => {
      const ref = fresh();
      const first = await create(ref);
      const { object, created } = await kube.apply(ref, body(ref, { a: "1" }), forced);
      expect(created).toBe(false);
      expect(object.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    });

    it("raises the version with a change", async () => {
      const ref = fresh();
      const first = await create(ref);
      const { object } = await kube.apply(ref, body(ref, { a: "2" }), forced);
      expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
      expect(object.metadata.uid).toBe(first.metadata.uid);
    });

    it("refuses an old version", async () => {
      const ref = fresh();
      const first = await create(ref);
      await kube.apply(ref, body(ref, { a: "2" }), forced);
      expect(await refused(kube.apply(ref, body(ref, { a: "3" }, pre(first)), forced))).toBe("conflict");
    });

    it("refuses another uid at the same version", async () => {
      const ref = fresh();
      const { metadata } = await create(ref);
      const other = { uid: "another", resourceVersion: metadata.resourceVersion };
      expect(await refused(kube.apply(ref, body(ref, { a: "2" }, other), forced))).toBe("invalid");
    });

    it("refuses what was decided on an older object of the name", async () => {
      const ref = fresh();
      const first = await create(ref);
      await kube.delete(ref, pre(first));
      await create(ref);
      expect(await refused(kube.apply(ref, body(ref, { a: "2" }, pre(first)), forced))).toBe("conflict");
    });

    it("does not create what was decided on an object that is gone", async () => {
      const ref = fresh();
      const first = await create(ref);
      await kube.delete(ref, pre(first));
      expect(await refused(kube.apply(ref, body(ref, { a: "2" }, pre(first)), forced))).toBe("conflict");
    });

    it("does not take a field of another without force", async () => {
      const ref = fresh();
      await create(ref);
      expect(await refused(kube.apply(ref, body(ref, { a: "theirs" }), theirs))).toBe("conflict");
      expect((await kube.get<ConfigMap>(ref)).data).toEqual({ a: "1" });
    });

    it("takes a field of another with force", async () => {
      const ref = fresh();
      await create(ref);
      await kube.apply(ref, body(ref, { a: "theirs" }), { ...theirs, force: true });
      expect(await refused(kube.apply(ref, body(ref, { a: "ours" }), ours))).toBe("conflict");
    });

    it("shares a field on whose value both agree", async () => {
      const ref = fresh();
      await create(ref);
      const { created } = await kube.apply(ref, body(ref, { a: "1" }), theirs);
      expect(created).toBe(false);
    });

    it("removes a field that is no longer applied", async () => {
      const ref = fresh();
      await create(ref, { a: "1", b: "2" });
      const { object } = await kube.apply<ConfigMap>(ref, body(ref, { a: "1" }), forced);
      expect(object.data).toEqual({ a: "1" });
    });

    it("keeps a field that another applies too", async () => {
      const ref = fresh();
      await create(ref, { a: "1", b: "2" });
      await kube.apply(ref, body(ref, { b: "2" }), theirs);
      const { object } = await kube.apply<ConfigMap>(ref, body(ref, { a: "1" }), forced);
      expect(object.data).toEqual({ a: "1", b: "2" });
    });

    it("leaves fields of others alone", async () => {
      const ref = fresh();
      await create(ref);
      await kube.apply(ref, body(ref, { other: "x" }), theirs);
      const { object } = await kube.apply<ConfigMap>(ref, body(ref, { a: "2" }), forced);
      expect(object.data).toEqual({ a: "2", other: "x" });
    });

    it("lets go of every field by the bare identity", async () => {
      const ref = fresh();
      await create(ref);
      await kube.apply(ref, { metadata: { name: ref.name, namespace } }, ours);
      expect((await kube.get<ConfigMap>(ref)).data ?? {}).toEqual({});
    });

    it("creates nothing in a namespace that does not exist", async () => {
      const ref = { resource: configMaps, namespace: `${namespace}-no`, name: "x" };
      expect(await refused(kube.apply(ref, { metadata: { name: "x", namespace: `${namespace}-no` } }, ours))).toBe(
        "notFound",
      );
    });

    it("creates nothing in a namespace that goes", async () => {
      const going = `${namespace}-going`;
      const home = { resource: namespaces, name: going };
      await kube.apply(home, { metadata: { name: going } }, ours);
      const stays = { resource: configMaps, namespace: going, name: "stays" };
      const held = { metadata: { name: "stays", namespace: going, finalizers: ["paas.skypanel.io/cleanup"] } };
      await kube.apply(stays, held, ours);
      await kube.delete(home, pre(await kube.get(home)));
      const late = { metadata: { name: "late", namespace: going } };
      expect(await refused(kube.apply({ ...stays, name: "late" }, late, ours))).toBe("terminating");
      await kube.apply(stays, { metadata: { name: "stays", namespace: going } }, ours);
    });
  });

  describe("status", () => {
    const rules = [
      {
        host: "contract.localhost",
        http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "x", port: { number: 80 } } } }] },
      },
    ];
    const ingress = ({ name }: Ref) => ({ metadata: { name, namespace }, spec: { ingressClassName: "nobody", rules } });
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };

    it("is written apart from the rest and leaves the generation", async () => {
      const ref = fresh(ingresses);
      await kube.apply(ref, ingress(ref), ours);
      const { object } = await kube.apply(
        ref,
        { metadata: { name: ref.name, namespace }, status },
        { ...forced, status: true },
      );
      expect(object).toMatchObject({ status, spec: { ingressClassName: "nobody" }, metadata: { generation: 1 } });
    });

    it("stays when the rest is applied without it", async () => {
      const ref = fresh(ingresses);
      await kube.apply(ref, ingress(ref), ours);
      await kube.apply(ref, { metadata: { name: ref.name, namespace }, status }, { ...forced, status: true });
      const asked = { ...ingress(ref), spec: { ingressClassName: "nobody-else", rules } };
      const { object } = await kube.apply(ref, asked, forced);
      expect(object).toMatchObject({ status, metadata: { generation: 2 } });
    });

    it("is not made for an object that does not exist", async () => {
      const ref = fresh(ingresses);
      const made = kube.apply(ref, { metadata: { name: ref.name, namespace }, status }, { ...forced, status: true });
      expect(await refused(made)).toBe("notFound");
    });
  });

  describe("get and delete", () => {
    it("finds nothing where nothing is", async () => {
      expect(await refused(kube.get(fresh()))).toBe("notFound");
    });

    it("gives metadata alone when asked", async () => {
      const ref = fresh();
      await create(ref);
      const object = await kube.get<ConfigMap>(ref, { metadataOnly: true });
      expect(object.metadata.name).toBe(ref.name);
      expect(object.data).toBeUndefined();
    });

    it("deletes only the very object decided on", async () => {
      const ref = fresh();
      const first = await create(ref);
      const { object } = await kube.apply(ref, body(ref, { a: "2" }), forced);
      expect(await refused(kube.delete(ref, pre(first)))).toBe("conflict");
      expect(await refused(kube.delete(ref, { ...pre(object), uid: "another" }))).toBe("conflict");
      await kube.delete(ref, pre(object));
      expect(await refused(kube.get(ref))).toBe("notFound");
    });

    it("finds nothing to delete", async () => {
      expect(await refused(kube.delete(fresh(), { uid: "x", resourceVersion: "1" }))).toBe("notFound");
    });

    it("keeps what has a finalizer until it is taken away", async () => {
      const ref = fresh();
      const bare = { metadata: { name: ref.name, namespace } };
      await kube.apply(ref, { metadata: { ...bare.metadata, finalizers: ["paas.skypanel.io/cleanup"] } }, ours);
      await kube.delete(ref, pre(await kube.get(ref)));
      expect((await kube.get(ref)).metadata.deletionTimestamp).toBeTruthy();
      await kube.apply(ref, bare, forced);
      expect(await refused(kube.get(ref))).toBe("notFound");
    });

    it("collects what an owner leaves behind", async () => {
      const [parent, child] = [fresh(), fresh()];
      const owner = await create(parent);
      const { uid = "" } = owner.metadata;
      const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: parent.name, uid }];
      await kube.apply(child, { metadata: { name: child.name, namespace, ownerReferences }, data: {} }, ours);
      await kube.delete(parent, pre(owner));
      await expect
        .poll(() => refused(kube.get(child)).catch(() => "still there"), { timeout: 30_000 })
        .toBe("notFound");
    });

    it("ends with the reason of an aborted signal", async () => {
      const why = new Error("enough");
      const read = kube.get(fresh(), { signal: AbortSignal.abort(why) });
      await expect(read).rejects.toBe(why);
    });
  });

  describe("list", () => {
    it("gives pages with the collection's version", async () => {
      const labels = { page: "yes" };
      const refs = [fresh(), fresh(), fresh()];
      for (const ref of refs) await kube.apply(ref, body(ref, {}, { labels }), ours);
      const pages = await gathered(kube.list(configMaps, { namespace, labelSelector: "page=yes", limit: 2 }));
      expect(pages.map(({ items }) => items.length)).toEqual([2, 1]);
      expect(pages[0]?.resourceVersion).toMatch(/^\d+$/);
      expect(pages[0]?.items[0]).toMatchObject({ kind: "ConfigMap", apiVersion: "v1" });
    });

    it("finds no collection that is not installed", async () => {
      const unknown = resourceOf({
        group: "nobody.skypanel.io",
        version: "v1",
        kind: "Nothing",
        plural: "nothings",
        scope: "Cluster",
      });
      const asked = gathered(kube.list(unknown, { limit: 1 }));
      expect(await refused(asked)).toBe("notFound");
    });
  });

  describe("watch", () => {
    const watch = async function* (from: string | undefined, labelSelector: string): AsyncGenerator<WatchEvent> {
      const stop = new AbortController();
      const options = { labelSelector, timeoutSeconds: 60, resourceVersion: from ?? "", initial: from === undefined };
      try {
        yield* kube.watch(configMaps, { ...options, signal: stop.signal });
      } finally {
        stop.abort(new Error("seen enough"));
      }
    };
    const told = async (events: AsyncGenerator<WatchEvent>, many: number) => {
      const all: string[] = [];
      for await (const event of events) {
        if (event.type === "bookmark") continue;
        all.push("object" in event ? `${event.type} ${event.object.metadata.name}` : event.type);
        if (all.length === many) return all;
      }
      return all;
    };

    it("tells the present state first, then that it is whole", async () => {
      const ref = fresh();
      await kube.apply(ref, body(ref, {}, { labels: { w: "state" } }), ours);
      expect(await told(watch(undefined, "w=state"), 2)).toEqual([`added ${ref.name}`, "initial-end"]);
    });

    it("tells what happened since a version, in order", async () => {
      const [before, ref] = [fresh(), fresh()];
      const { metadata } = await create(before);
      const labels = { w: "since" };
      await kube.apply(ref, body(ref, { a: "1" }, { labels }), ours);
      const { object } = await kube.apply(ref, body(ref, { a: "2" }, { labels }), ours);
      await kube.delete(ref, pre(object));
      const events = await told(watch(metadata.resourceVersion, "w=since"), 3);
      expect(events).toEqual(["added", "modified", "deleted"].map((type) => `${type} ${ref.name}`));
    });

    it("tells of an object that leaves the selection as deleted", async () => {
      const [before, ref] = [fresh(), fresh()];
      const { metadata } = await create(before);
      await kube.apply(ref, body(ref, {}, { labels: { w: "leaves" } }), ours);
      await kube.apply(ref, body(ref, {}, { labels: { w: "left" } }), ours);
      const events = await told(watch(metadata.resourceVersion, "w=leaves"), 2);
      expect(events).toEqual([`added ${ref.name}`, `deleted ${ref.name}`]);
    });

    it("goes on with what happens while it is open", async () => {
      const ref = fresh();
      const events = watch(undefined, "w=open");
      const first = await events.next();
      expect(first.value?.type).toBe("initial-end");
      await kube.apply(ref, body(ref, {}, { labels: { w: "open" } }), ours);
      expect(await told(events, 1)).toEqual([`added ${ref.name}`]);
    });
  });
}
