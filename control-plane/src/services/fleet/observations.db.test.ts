import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { type SeededCluster, type SeededOrg, seedCluster, seedOrg, seedTenant } from "../../../../e2e/harness/seed.ts";
import type { ReportItem, ReportsBody } from "../../contract/agent.ts";
import { openEpoch } from "./epochs.ts";
import { storeHeartbeat } from "./heartbeat.ts";
import { storeReports } from "./observations.ts";

let database: TestDatabase;
let acme: SeededOrg;
let cluster: SeededCluster;
let clusters = 0;
let epoch: number;

beforeAll(async () => {
  database = await testDatabase();
  acme = await seedOrg(database, "acme");
});
afterAll(() => database.close());
beforeEach(async () => {
  clusters += 1;
  cluster = await seedCluster(database, `w${clusters}`);
  await seedTenant(database, acme, cluster.id);
  epoch = await openEpoch(database.pool, cluster.id);
});

function saw(name: string, over: Partial<ReportItem> = {}): ReportItem {
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
    spec: { source: {} },
    status: { phase: "Live" },
    ...over,
  };
}

function report(seq: number, items: ReportItem[], over: Partial<ReportsBody> = {}): Promise<{ accepted: boolean }> {
  return storeReports(database.pool, cluster.id, { epoch, seq, snapshot: "none", items, ...over });
}

const stored = async () => {
  const text = "select name, generation, spec, status, org_id from observations where cluster_id = $1 order by name";
  return database.owner<{ name: string; generation: number; spec: unknown; status: unknown; org_id: string | null }>(
    text,
    [cluster.id],
  );
};
const names = async () => (await stored()).map(({ name }) => name);
const events = async () => {
  const rows = await database.owner<{ type: string; name: string }>(
    "select type, data ->> 'name' as name from events where type like 'app.%' order by id",
  );
  return rows.map(({ type, name }) => `${type} ${name}`);
};

describe("reports", () => {
  it("T-F17 drops what is not above the last sequence", async () => {
    expect(await report(2, [saw("a", { generation: 2 })])).toEqual({ accepted: true });
    expect(await report(2, [saw("a", { generation: 9 })])).toEqual({ accepted: false });
    expect(await report(1, [saw("a", { generation: 1 }), saw("b")])).toEqual({ accepted: false });
    expect(await stored()).toMatchObject([{ name: "a", generation: 2 }]);
  });

  it("T-F17 refuses an epoch that is not the newest", async () => {
    await report(5, [saw("a")]);
    const older = epoch;
    epoch = await openEpoch(database.pool, cluster.id);
    await expect(report(6, [saw("b")], { epoch: older })).rejects.toMatchObject({ reason: "StaleEpoch" });
    await expect(report(6, [saw("b")], { epoch: epoch + 1 })).rejects.toMatchObject({ reason: "StaleEpoch" });
    expect(await report(1, [saw("c")])).toEqual({ accepted: true });
    expect(await names()).toEqual(["a", "c"]);
  });

  it("forgets what a finished snapshot does not hold", async () => {
    await report(1, [saw("a"), saw("b"), saw("c")]);
    await report(2, [saw("a")], { snapshot: "begin" });
    await report(3, [saw("new")]);
    await report(4, [], { snapshot: "part" });
    expect(await names()).toEqual(["a", "b", "c", "new"]);
    await report(5, [saw("b")], { snapshot: "end" });
    expect(await names()).toEqual(["a", "b", "new"]);
    await report(6, [], { snapshot: "whole" });
    expect(await names()).toEqual([]);
  });

  it("forgets nothing for a snapshot whose beginning it never saw", async () => {
    await report(1, [saw("a")]);
    await report(2, [saw("b")], { snapshot: "begin" });
    epoch = await openEpoch(database.pool, cluster.id);
    await report(1, [saw("c")], { snapshot: "end" });
    expect(await names()).toEqual(["a", "b", "c"]);
  });

  it("keeps a worker's spec only of what kubectl manages", async () => {
    await report(1, [saw("ours"), saw("theirs", { managedBy: "kubectl" })]);
    expect(await stored()).toMatchObject([
      { name: "ours", spec: null, org_id: acme.id },
      { name: "theirs", spec: { source: {} } },
    ]);
  });

  it("T-A09 gives an object to no organisation that has no place there", async () => {
    await seedOrg(database, `other${clusters}`);
    await report(1, [saw("a", { tenant: `other${clusters}` }), saw("b", { tenant: null })]);
    expect(await stored()).toMatchObject([
      { name: "a", org_id: null },
      { name: "b", org_id: null },
    ]);
  });

  it("takes text that Postgres would refuse", async () => {
    await report(1, [saw("a", { status: { phase: "Live", url: "a\0b\ud800c", literal: "\\u0000" } })]);
    expect(await stored()).toMatchObject([{ status: { url: "a\ufffdb\ufffdc" } }]);
  });

  it("takes the newest of an object reported twice at once", async () => {
    await report(1, [saw("a", { generation: 1 }), saw("a", { generation: 2 })]);
    expect(await stored()).toMatchObject([{ generation: 2 }]);
  });

  it("tells the pages of changes only", async () => {
    const before = (await events()).length;
    const since = async () => (await events()).slice(before);
    await report(1, [saw("a"), saw("b")]);
    await report(2, [saw("a"), saw("b", { status: { phase: "Degraded" } })]);
    await report(3, [saw("a", { deleted: true })]);
    expect(await since()).toEqual(["app.changed a", "app.changed b", "app.changed b", "app.deleted a"]);
  });
});

describe("a heartbeat", () => {
  const beat = (appliedSeq: number) =>
    storeHeartbeat(database.pool, cluster.id, {
      versions: { operator: "0.1.0", kubernetes: "v1.35.4" },
      machines: [],
      checks: [{ id: "connected", state: "ok", detail: "", command: null }],
      appliedSeq,
      appliedCommit: null,
      oldestPendingSeconds: 0,
    });
  const told = async () =>
    (
      await database.owner<{ topic: string }>("select topic from events where data ->> 'id' = $1 order by id", [
        cluster.id,
      ])
    ).map(({ topic }) => topic);

  it("tells the administrators what changed, and nothing else", async () => {
    await beat(1);
    await beat(1);
    await beat(2);
    expect(await told()).toEqual(["fleet", "fleet"]);
  });

  it("T-F15 tells everybody when a cluster is back", async () => {
    await database.owner("update clusters set last_heartbeat_at = skypanel_now() - interval '50 s' where id = $1", [
      cluster.id,
    ]);
    await beat(1);
    expect(await told()).toEqual(["fleet", "org:acme"]);
  });
});
