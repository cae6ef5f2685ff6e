import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { type SeededCluster, type SeededOrg, seedCluster, seedOrg, seedTenant } from "../../../../e2e/harness/seed.ts";
import { pruneId } from "../../../../operator/src/state/brake.ts";
import type { ReportItem } from "../../contract/agent.ts";
import { withTenant } from "../../db/tenant.ts";
import { append } from "../../desired/journal.ts";
import { confirmRemovals, planId } from "./confirm-removals.ts";
import { openEpoch } from "./epochs.ts";
import { storeReports } from "./observations.ts";

let database: TestDatabase;
let acme: SeededOrg;
let cluster: SeededCluster;
let clusters = 0;

const fileOf = (app: string) => `tenants/acme/apps/${app}.yaml`;
const secretOf = (app: string) => `tenants/acme/secrets/${app}-variables.yaml`;
const seen = {
  tenant: "acme",
  generation: 1,
  revision: null,
  observedAt: "2026-01-01T00:00:00Z",
  deleted: false,
} as const;
const object = (kind: ReportItem["kind"], name: string, status: object = {}): ReportItem => ({
  ...seen,
  kind,
  name,
  namespace: "sp-acme",
  uid: `${kind}-${name}`,
  managedBy: "control-plane",
  spec: null,
  status: { ...status },
});

async function commit(changes: { path: string; content: string | null }[]): Promise<void> {
  const entry = {
    clusterId: cluster.id,
    orgId: acme.id,
    author: { name: "Ada", email: "ada@acme.example" },
    message: "test",
  };
  await withTenant(database.pool, { orgId: acme.id }, (tx) => append(tx, entry, changes));
}

async function report(items: ReportItem[]): Promise<void> {
  const epoch = await openEpoch(database.pool, cluster.id);
  await storeReports(database.pool, cluster.id, { epoch, seq: 1, snapshot: "whole", items });
}

const settings = async () => {
  const text = "select content from desired_changes where cluster_id = $1 and path = 'cluster.yaml' order by seq";
  return (await database.owner<{ content: string }>(text, [cluster.id])).map(({ content }) => content);
};
const held = (paths: string[]) =>
  object("StateSource", "skypanel", { heldPrune: { id: pruneId(paths), count: paths.length, paths: [] } });

beforeAll(async () => {
  database = await testDatabase();
  acme = await seedOrg(database, "acme");
});
afterAll(() => database.close());
beforeEach(async () => {
  clusters += 1;
  cluster = await seedCluster(database, `w${clusters}`);
  await seedTenant(database, acme, cluster.id);
  await commit(
    ["a", "b", "c"].flatMap((app) => [
      { path: fileOf(app), content: app },
      { path: secretOf(app), content: app },
    ]),
  );
  await commit(
    ["a", "b"].flatMap((app) => [
      { path: fileOf(app), content: null },
      { path: secretOf(app), content: null },
    ]),
  );
});

const apps = (...names: string[]) =>
  names.flatMap((name) => [object("App", name), object("Sealed", `${name}-variables`)]);
const asked = [fileOf("a"), fileOf("b"), secretOf("a"), secretOf("b")];

it("names a set of removals as the operator does", () => {
  expect(planId(asked)).toBe(pruneId([...asked].reverse()));
  expect(planId([])).toBe(pruneId([]));
});

it("G-D5 confirms exactly what people asked for, once", async () => {
  await report([...apps("a", "b", "c"), held(asked)]);
  await confirmRemovals(database.pool, cluster.id);
  await confirmRemovals(database.pool, cluster.id);
  const written = await settings();
  expect(written).toHaveLength(1);
  expect(written[0]).toContain(`confirmPrune: ${pruneId(asked)}`);
});

it("G-D5 confirms nothing that nobody asked for", async () => {
  // the tree was emptied: an app whose file stands in the journal is among the removals
  await report([...apps("a", "b", "c"), held([...asked, fileOf("c"), secretOf("c")])]);
  await confirmRemovals(database.pool, cluster.id);
  expect(await settings()).toEqual([]);
});

it("G-D5 confirms nothing that never was in the journal", async () => {
  await report([...apps("a", "b", "c", "foreign"), held([...asked, fileOf("foreign"), secretOf("foreign")])]);
  await confirmRemovals(database.pool, cluster.id);
  expect(await settings()).toEqual([]);
});

it("does nothing while nothing is held", async () => {
  await report(apps("a", "b", "c"));
  await confirmRemovals(database.pool, cluster.id);
  expect(await settings()).toEqual([]);
});
