import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { app } from "@skypanel/crds/kinds/app.ts";
import { type StateSource, stateSource } from "@skypanel/crds/kinds/state-source.ts";
import { GROUP } from "@skypanel/crds/meta.ts";
import { writeYaml } from "@skypanel/crds/yaml.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { failTest, silent } from "../../operator/src/kube/a-world.ts";
import type { Live, Ref } from "../../operator/src/kube/kube.ts";
import { type Manager, startManager } from "../../operator/src/kube/manager.ts";
import { kubeMetrics } from "../../operator/src/kube/metrics.ts";
import { namespaces, resourceOf } from "../../operator/src/kube/resources.ts";
import { type OperatorAtWork, operatorAtWork } from "../../operator/src/operator-at-work.ts";
import { aManifest } from "../../operator/src/state/a-tree.ts";
import { startState } from "../../operator/src/state/controller.ts";
import type { State } from "../../operator/src/state/loop-controller.ts";
import { stateKinds } from "../../operator/src/state/place.ts";
import { stateMetrics } from "../../operator/src/state-metrics.ts";
import { type GitServer, gitServer } from "../harness/git-server.ts";
import { kubectl } from "../harness/kubectl.ts";
import { claimSettings } from "../harness/settings-claim.ts";
import { refOf } from "./a-source.ts";

const tenantName = `st-${randomUUID().slice(0, 8)}`;
const tenantFile = `tenants/${tenantName}.yaml`;
const appFile = (name: string) => `tenants/${tenantName}/apps/${name}.yaml`;
const names = Array.from({ length: 6 }, (_, index) => `a${index}`);
const shardKey = `${GROUP}/shard`;
const patience = { timeout: 90_000, interval: 100 };

let server: GitServer;
let operator: OperatorAtWork;
let watcher: Manager;
let state: State;
let shard: string;
let release: () => Promise<void>;
let source: Ref;
let directory: string;

/** A file of this test's shard. Its apps stand still: what runs is not asked here. */
const file = (path: string, spec: object = {}) => {
  const still = path.includes("/apps/") ? { state: "Stopped" } : {};
  return { [path]: writeYaml(aManifest(path, { ...still, ...spec }, { labels: { [shardKey]: shard } })) };
};
const apps = () => Object.assign({}, ...names.map((name) => file(appFile(name)))) as Record<string, string>; // of files

const shown = async () => (await operator.find<Live & StateSource>(source))?.status;
const find = (path: string) => operator.find(refOf(path));

/** Pokes until the source is at this commit in this phase. */
async function reached(phase: string, sequence: number): Promise<StateSource["status"]> {
  state.poke();
  const isThere = async () => expect(await shown()).toMatchObject({ phase, fetched: { sequence } });
  await vi.waitFor(isThere, patience);
  return await shown();
}

/** What a person sees of the source. */
async function described(): Promise<string> {
  const run = kubectl(inject("kubectl"), inject("kubeconfig"));
  return await run(["describe", "statesource", source.name, "-n", source.namespace ?? ""]);
}

async function says(reason: string, sentence: string): Promise<void> {
  state.poke();
  const isSaid = async () => {
    const text = await described();
    expect(text).toMatch(new RegExp(`Reason: +${reason}\\n`));
    expect(text).toContain(sentence);
  };
  await vi.waitFor(isSaid, { timeout: 90_000, interval: 500 });
}

beforeAll(async () => {
  server = await gitServer();
  directory = await mkdtemp(join(tmpdir(), "skypanel-state-"));
  operator = await operatorAtWork(inject("kubeconfig"), () => failTest("nothing here is sealed"));
  release = await claimSettings(operator.hands);
  const { namespace } = operator.installation;
  source = { resource: resourceOf(stateSource), namespace, name: "skypanel" };
  const made = await operator.apply(stateSource, source.name, { url: server.url, prune: { maxObjects: 4 } }, namespace);
  shard = made.metadata.labels?.[shardKey] ?? "";
  const { kube, breaker } = operator.instance.cluster; // under the chart's own roles
  const shared = { kube, clock: systemClock, random: Math.random, log: silent, newId: randomUUID };
  watcher = startManager({
    ...{ ...shared, metrics: kubeMetrics(new Registry()), identity: "test", breaker },
    ...{ scope: () => "managed", tenantOf: () => "", controllers: [], onBroken: failTest },
    lease: { held: Promise.resolve(), release: async () => {} },
    alsoWatch: [...[stateSource, ...stateKinds].map(resourceOf), namespaces],
    selectorOf: ({ group, kind }) =>
      group === GROUP && kind !== stateSource.kind ? `${shardKey}=${shard}` : undefined,
  });
  await watcher.leading;
  state = startState({
    ...{ ...shared, store: watcher.store, metrics: stateMetrics(new Registry()), remote: async () => undefined },
    ...{ namespace, name: source.name, directory, allowInsecure: true },
  });
});

afterAll(async () => {
  await state.stop();
  await watcher.stop();
  await operator.remove(refOf(tenantFile));
  await release();
  await operator.stop();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

describe("the source on a real cluster", () => {
  it("applies a tree: a tenant, its namespace, its apps", async () => {
    await server.commit(1, { ...file("cluster.yaml"), ...file(tenantFile), ...apps() });
    const status = await reached("Current", 1);
    expect(status).toMatchObject({ counts: { files: 8, objects: 8, broken: 0 } });
    const first = await find(appFile("a0"));
    expect(first?.metadata.annotations?.[`${GROUP}/source`]).toBe(appFile("a0"));
    expect(await described()).toMatch(/Reason: +Running\n/);
  });

  it("T-F23 names a broken file, keeps its last good object, removes nothing", async () => {
    await server.commit(2, { [appFile("a0")]: "kind: App\nspec: [", [appFile("a5")]: null });
    await reached("Failed", 2);
    await says("SourceInvalid", `${appFile("a0")}:2: `);
    expect([await find(appFile("a0")), await find(appFile("a5"))]).not.toContain(undefined);
    await server.commit(3, { ...file(appFile("a0")), ...file(appFile("a5")) });
    await reached("Current", 3);
  });

  it("T-A17 says what kubectl manages, and leaves it byte for byte", async () => {
    const theirs = { source: { image: { reference: "registry.example/theirs:1" } }, state: "Stopped" };
    const web = { name: "web", type: "Web", port: 3000 };
    const namespace = `sp-${tenantName}`;
    await operator.apply(app, "theirs", { ...theirs, processes: [web] }, namespace);
    const before = await vi.waitFor(async () => {
      const object = await find(appFile("theirs"));
      expect(object).toHaveProperty("status.conditions");
      return object;
    }, patience);
    await server.commit(4, file(appFile("theirs")));
    await reached("Failed", 4);
    await says("ManagedElsewhere", "kubectl manages it. Remove one of the two.");
    const after = await find(appFile("theirs"));
    expect([after?.metadata.uid, after?.metadata.generation, after?.metadata.labels]).toEqual([
      before?.metadata.uid,
      before?.metadata.generation,
      before?.metadata.labels,
    ]);
    await server.commit(5, { [appFile("theirs")]: null });
    await reached("Current", 5);
    expect(await find(appFile("theirs"))).toBeDefined();
  });

  it("T-F23 holds many removals until exactly they are confirmed", async () => {
    await server.commit(6, Object.fromEntries(names.map((name) => [appFile(name), null])));
    const status = await reached("Held", 6);
    await says("PruneHeld", "6 removals wait. Confirm, or restore the files.");
    expect(await find(appFile("a0"))).toBeDefined();
    await server.commit(7, file("cluster.yaml", { confirmPrune: status?.heldPrune?.id ?? "" }));
    await reached("Current", 7);
    await vi.waitFor(async () => {
      const left = await Promise.all(names.map((name) => find(appFile(name))));
      expect(left.filter((object) => object !== undefined)).toEqual([]);
    }, patience);
  });

  it("T-F28 says why git cannot be fetched, and goes on when it can", async () => {
    server.answer((_, response) => response.writeHead(503).end());
    await says("SourceUnreachable", "The requested URL returned error: 503");
    server.answer(undefined);
    await reached("Current", 7);
  });

  it("T-F23 follows no history that was rewritten", async () => {
    await server.restart();
    await server.commit(7, { ...file("cluster.yaml"), ...file("tenants/st-never.yaml") });
    await says("HistoryRewritten", "The commit does not follow the applied one. Restore the branch.");
    expect([await find(tenantFile), await find("tenants/st-never.yaml")]).toEqual([expect.anything(), undefined]);
  });
});
