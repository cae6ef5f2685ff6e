import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { type SeededCluster, type SeededOrg, seedCluster, seedOrg } from "../../../../e2e/harness/seed.ts";
import type { ReportItem } from "../../contract/agent.ts";
import { openEpoch } from "../fleet/epochs.ts";
import { storeReports } from "../fleet/observations.ts";
import { anApp } from "./an-app.ts";
import { patchApp, stopApp } from "./change.ts";
import { type AppDeps, createApp } from "./create.ts";
import { readApp, readApps, readManifest } from "./read.ts";
import { removeApp } from "./remove.ts";
import { patchVariables } from "./variables.ts";

type Query = Parameters<typeof readApps>[2];

let database: TestDatabase;
let deps: AppDeps;
let acme: SeededOrg;
let w1: SeededCluster;
let w2: SeededCluster;

beforeAll(async () => {
  database = await testDatabase();
  deps = { pool: database.pool, wrappingKey: randomBytes(32) };
  [acme, w1, w2] = [
    await seedOrg(database, "acme"),
    await seedCluster(database, "w1"),
    await seedCluster(database, "w2"),
  ];
  for (const name of ["delta", "alpha", "charlie"]) await createApp(deps, acme, acme.by, anApp(name, "w1"));
  await createApp(deps, acme, acme.by, anApp("bravo", "w2", { title: "Second cluster" }));
  const [live] = [{ phase: "Live", observedGeneration: 4 }];
  await report(w1, [
    item("alpha", { status: live }),
    item("engineer", { managedBy: "kubectl", spec, status: live, generation: 5 }),
  ]);
});
afterAll(() => database.close());

const spec = {
  source: { image: { reference: "registry.example/theirs:1" } },
  processes: [{ name: "web", type: "Web", port: 80, replicas: 3, resources: { cpu: "1500m", memory: "1Gi" } }],
};

function item(name: string, over: Partial<ReportItem>): ReportItem {
  return {
    kind: "App",
    namespace: "sp-acme",
    name,
    uid: `uid-${name}`,
    tenant: "acme",
    managedBy: "control-plane",
    generation: 1,
    revision: null,
    observedAt: "2026-01-01T00:00:00Z",
    deleted: false,
    spec: null,
    status: null,
    ...over,
  };
}

async function report(cluster: SeededCluster, items: ReportItem[]): Promise<void> {
  const epoch = await openEpoch(database.pool, cluster.id);
  await storeReports(database.pool, cluster.id, { epoch, seq: 1, snapshot: "whole", items });
}

const list = (query: Partial<Query> = {}) => readApps(deps.pool, acme, { limit: 50, sort: "name", ...query });
const names = async (query: Partial<Query> = {}) => (await list(query)).items.map(({ name }) => name);

async function inPages(query: Partial<Query>): Promise<string[]> {
  const all: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await list({ ...query, limit: 2, ...(cursor ? { cursor } : {}) });
    all.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

describe("the list of apps", () => {
  it("holds the panel's and kubectl's by name", async () => {
    expect(await names()).toEqual(["alpha", "bravo", "charlie", "delta", "engineer"]);
  });

  it("finds by name, title, cluster and phase", async () => {
    expect(await names({ q: "SECOND" })).toEqual(["bravo"]);
    expect(await names({ q: "%" })).toEqual([]);
    expect(await names({ cluster: "w2" })).toEqual(["bravo"]);
    expect(await names({ phase: "Live" })).toEqual(["alpha", "engineer"]);
    expect(await names({ phase: "Pending" })).toEqual(["bravo", "charlie", "delta"]);
  });

  it.each(["name", "updated"] as const)("shows each app once in pages by %s", async (sort) => {
    const whole = await names({ sort });
    expect(whole).toHaveLength(5);
    expect(await inPages({ sort })).toEqual(whole);
  });

  it("has the last change first when asked", async () => {
    await stopApp(deps, { org: acme, name: "charlie", by: acme.by, expected: undefined });
    expect((await names({ sort: "updated" }))[0]).toBe("charlie");
  });

  it("refuses a cursor it did not give", async () => {
    await expect(list({ cursor: "x" })).rejects.toMatchObject({ errors: [{ pointer: "query/cursor" }] });
  });

  it("T-F15 calls apps of an offline cluster unknown, in the filter too", async () => {
    await database.owner("update clusters set last_heartbeat_at = skypanel_now() - interval '90 s' where id = $1", [
      w2.id,
    ]);
    for (const phase of ["Unknown", "Pending", "Live"] as const) {
      const { items } = await list({ phase });
      expect(new Set(items.map(({ status }) => status.phase))).toEqual(new Set(items.length > 0 ? [phase] : []));
    }
    expect(await names({ phase: "Unknown" })).toEqual(["bravo"]);
  });
});

describe("an app managed with kubectl", () => {
  it("is shown as it was applied", async () => {
    expect(await readApp(deps.pool, acme, "engineer")).toMatchObject({
      id: null,
      managedBy: "kubectl",
      namespace: "sp-acme",
      image: "registry.example/theirs:1",
      revision: "5",
      status: { phase: "Live", observedRevision: "4" },
      processes: [{ name: "web", replicas: 3, cpuMillicores: 1_500, memoryMiB: 1_024 }],
    });
  });

  it("GK-4 is changed by nothing the panel does", async () => {
    const target = { org: acme, name: "engineer", by: acme.by, expected: "5" };
    const refused = { reason: "ManagedWithKubectl" };
    await expect(patchApp(deps, target, { title: "mine" })).rejects.toMatchObject(refused);
    await expect(stopApp(deps, target)).rejects.toMatchObject(refused);
    await expect(patchVariables(deps, target, { set: [{ key: "A", value: "1" }], remove: [] })).rejects.toMatchObject(
      refused,
    );
    await expect(removeApp(deps, target, "engineer")).rejects.toMatchObject(refused);
    await expect(readManifest(deps.pool, acme, "engineer")).rejects.toMatchObject(refused);
    await expect(createApp(deps, acme, acme.by, anApp("engineer", "w1"))).rejects.toMatchObject({
      reason: "NameTaken",
    });
  });
});
