import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StateSource } from "@skypanel/crds/kinds/state-source.ts";
import { stateSource, stateSourceSpec } from "@skypanel/crds/kinds/state-source.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { writeYaml } from "@skypanel/crds/yaml.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type GitServer, gitServer } from "../../../e2e/harness/git-server.ts";
import { failTest, silent } from "../kube/a-world.ts";
import { breaker } from "../kube/breaker.ts";
import { type JsonObject, KubeError, type Live, type Ref } from "../kube/kube.ts";
import { type Manager, startManager } from "../kube/manager.ts";
import { type MemoryKube, memoryKube } from "../kube/memory-kube.ts";
import { kubeMetrics } from "../kube/metrics.ts";
import { namespaces, resourceOf } from "../kube/resources.ts";
import { stateMetrics } from "../state-metrics.ts";
import { aManifest } from "./a-tree.ts";
import { type State, startState } from "./controller.ts";
import { placeOf, stateKinds } from "./place.ts";

const home = "skypanel-system";
const sourceRef: Ref = { resource: resourceOf(stateSource), namespace: home, name: "skypanel" };
const cluster = "cluster.yaml";
const tenant = "tenants/acme.yaml";
const app = (name: string) => `tenants/acme/apps/${name}.yaml`;
const file = (path: string, spec: object = {}) => ({ [path]: writeYaml(aManifest(path, spec)) });
const apps = (count: number) =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => file(app(`a${index}`)))) as Record<string, string>; // of files

let server: GitServer;
let directory: string;
let kube: MemoryKube;
let manager: Manager;
let state: State;
let isRegistered: boolean;
const calls = (verb: string) => kube.calls.filter((call) => call.startsWith(verb) && !call.includes("statesources"));

function refOf(path: string): Ref {
  const place = placeOf(path);
  if (place === undefined) throw new Error(`no file of ours: ${path}`);
  const namespace = place.tenant === undefined ? {} : { namespace: `sp-${place.tenant}` };
  return { resource: resourceOf(place.kind), name: place.name, ...namespace };
}

const find = (path: string) => kube.find(refOf(path));
const source = () => kube.find(sourceRef) as (Live & StateSource) | undefined; // of that collection

function aSource(spec: object = {}): void {
  kube.edit(sourceRef, {
    apiVersion: API_VERSION,
    kind: "StateSource",
    spec: stateSourceSpec.parse(spec) as JsonObject,
  }); // plain JSON
}

/** Pokes, and waits until the source says what `phase` and the commit say. */
async function looked(phase: string, sequence?: number): Promise<StateSource["status"]> {
  state.poke();
  await vi.waitFor(
    () => {
      const { status } = source() ?? {};
      expect(status?.phase).toBe(phase);
      if (sequence !== undefined) expect(status?.fetched?.sequence).toBe(sequence);
    },
    { timeout: 20_000 },
  );
  return source()?.status;
}

beforeEach(async () => {
  server = await gitServer();
  directory = await mkdtemp(join(tmpdir(), "skypanel-state-"));
  kube = memoryKube(systemClock);
  isRegistered = true;
  const registry = new Registry();
  const shared = { kube, clock: systemClock, random: () => 0.5, log: silent, newId: () => "run" };
  manager = startManager({
    ...{ ...shared, metrics: kubeMetrics(registry), identity: "test", scope: () => "managed", tenantOf: () => "t" },
    controllers: [],
    alsoWatch: [stateSource, ...stateKinds].map(resourceOf),
    lease: { held: Promise.resolve(), release: async () => {} },
    onBroken: failTest,
    breaker: breaker({ clock: systemClock, random: () => 0.5, probe: async () => true }),
  });
  await manager.leading;
  for (const name of [home, "sp-acme"])
    kube.edit({ resource: namespaces, name }, { apiVersion: "v1", kind: "Namespace" });
  aSource();
  state = startState({
    ...{ ...shared, metrics: stateMetrics(registry), reader: manager.store.reader },
    ...{ namespace: home, name: "skypanel", directory, allowInsecure: true },
    remote: async () => (isRegistered ? { url: server.url, token: "t" } : undefined),
  });
});

afterEach(async () => {
  await state.stop();
  await manager.stop();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

describe("the git source", { timeout: 60_000 }, () => {
  it("applies what a commit holds, and then nothing", async () => {
    const commit = await server.commit(1, {
      ...file(cluster, { baseDomain: "apps.example" }),
      ...file(tenant),
      ...file(app("shop")),
    });
    const status = await looked("Current", 1);
    expect(status).toMatchObject({
      applied: { commit, sequence: 1 },
      counts: { files: 3, objects: 3, broken: 0, ignored: 0 },
    });
    expect(find(app("shop"))?.metadata.annotations).toMatchObject({ "paas.skypanel.io/source": app("shop") });
    kube.calls.length = 0;
    await server.commit(2, { "notes.txt": "words" });
    await looked("Current", 2);
    expect([calls("apply"), calls("delete")]).toEqual([[], []]);
  });

  it("applies a change, undoes an edit, removes what is gone", async () => {
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("shop")), ...file(app("blog")) });
    await looked("Current", 1);
    await server.commit(2, { ...file(app("shop"), { state: "Stopped" }), [app("blog")]: null });
    await looked("Current", 2);
    await vi.waitFor(() => expect(find(app("blog"))).toBeUndefined());
    expect(find(app("shop"))).toMatchObject({ spec: { state: "Stopped" } });
    kube.edit(refOf(app("shop")), { ...aManifest(app("shop"), { state: "Running" }) } as JsonObject); // plain JSON
    await vi.waitFor(
      () => {
        state.poke();
        expect(find(app("shop"))).toMatchObject({ spec: { state: "Stopped" } });
      },
      { timeout: 20_000 },
    );
  });

  it("waits for a namespace that is still being made", async () => {
    kube.remove({ resource: namespaces, name: "sp-acme" });
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("shop")) });
    expect(await looked("Behind", 1)).not.toHaveProperty("applied");
    kube.edit({ resource: namespaces, name: "sp-acme" }, { apiVersion: "v1", kind: "Namespace" });
    await looked("Current", 1); // by itself, soon
    expect(find(app("shop"))).toBeDefined();
  });

  it("goes on with good files beside a refused one", async () => {
    kube.failNext("apps.paas.skypanel.io/sp-acme/bad", new KubeError("invalid", "spec.x: no"));
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("bad")), ...file(app("good")) });
    const status = await looked("Failed", 1);
    expect(status?.problems).toEqual([{ path: app("bad"), message: "spec.x: no" }]);
    expect(find(app("good"))).toBeDefined();
  });

  it("T-A17 never touches what kubectl manages", async () => {
    kube.edit(refOf(app("shop")), { ...aManifest(app("shop"), { state: "Stopped" }) } as JsonObject); // plain JSON
    const before = find(app("shop"));
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("shop")) });
    const status = await looked("Failed", 1);
    expect(status?.problems).toEqual([{ path: app("shop"), message: "kubectl manages it. Remove one of the two." }]);
    expect(find(app("shop"))).toEqual(before);
  });

  it("does nothing while it is suspended", async () => {
    aSource({ suspended: true });
    await server.commit(1, { ...file(cluster), ...file(tenant) });
    await looked("Suspended");
    expect(find(tenant)).toBeUndefined();
  });

  it("says why a source cannot be fetched, and keeps everything", async () => {
    await server.commit(1, { ...file(cluster), ...file(tenant) });
    await looked("Current", 1);
    server.answer((_, response) => response.writeHead(503).end());
    const status = await looked("Failed");
    expect(status?.conditions?.[0]?.reason).toBe("SourceUnreachable");
    expect(status?.applied?.sequence).toBe(1);
    expect(find(tenant)).toBeDefined();
  });

  it("waits to be registered", async () => {
    isRegistered = false;
    const status = await looked("Failed");
    expect(status?.conditions?.[0]?.message).toContain("not registered yet");
  });

  it("tells when the API refuses it altogether", async () => {
    for (let n = 0; n < 3; n += 1) kube.failNext("apply tenants", new KubeError("forbidden", "no"));
    await server.commit(1, { ...file(cluster), ...file(tenant) });
    const status = await looked("Failed");
    expect(status?.conditions?.[0]?.reason).toBe("PermissionMissing");
  });
});

describe("T-F23 a tree that is not to be trusted", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    await server.commit(1, { ...file(cluster), ...file(tenant), ...apps(12) });
    await looked("Current", 1);
    kube.calls.length = 0;
  });

  it("is emptied: nothing is removed", async () => {
    const all = Object.fromEntries([cluster, tenant, ...Object.keys(apps(12))].map((path) => [path, null]));
    await server.commit(2, { ...all, "notes.txt": "empty" });
    await looked("Current", 2);
    expect(calls("delete")).toEqual([]);
  });

  it("has a broken file: the others are applied, nothing is removed", async () => {
    const change = { [app("a0")]: "kind: [", ...file(app("a1"), { state: "Stopped" }), [app("a2")]: null };
    await server.commit(2, change);
    const status = await looked("Failed", 2);
    expect(status?.problems).toMatchObject([{ path: app("a0"), line: expect.any(Number) }]);
    expect(find(app("a1"))).toMatchObject({ spec: { state: "Stopped" } });
    expect([calls("delete"), find(app("a0")) !== undefined, find(app("a2")) !== undefined]).toEqual([[], true, true]);
  });

  it("lost many files: they wait until exactly they are confirmed", async () => {
    const gone = Object.fromEntries(Object.keys(apps(12)).map((path) => [path, null]));
    await server.commit(2, gone);
    const status = await looked("Held", 2);
    expect(status?.heldPrune).toMatchObject({ count: 12 });
    expect(calls("delete")).toEqual([]);
    await server.commit(3, file(cluster, { confirmPrune: status?.heldPrune?.id ?? "" }));
    await looked("Current", 3);
    expect(calls("delete")).toHaveLength(12);
  });

  it("was rewritten: nothing of it is applied", async () => {
    await server.restart();
    await server.commit(1, { ...file(cluster), ...file("tenants/other.yaml") });
    const status = await looked("Failed");
    expect(status?.conditions?.[0]?.reason).toBe("HistoryRewritten");
    expect([find("tenants/other.yaml"), calls("delete")]).toEqual([undefined, []]);
  });

  it("T-F17 is older than what was applied: it is ignored", async () => {
    await server.commit(5, file(app("a0"), { state: "Stopped" }));
    await looked("Current", 5);
    await server.restart();
    await server.commit(4, { ...file(cluster), ...file(tenant), ...apps(12) });
    await looked("Behind", 5);
    expect(find(app("a0"))).toMatchObject({ spec: { state: "Stopped" } });
  });
});
