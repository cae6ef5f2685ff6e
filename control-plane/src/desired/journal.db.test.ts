import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../e2e/harness/postgres.ts";
import { withTenant } from "../db/tenant.ts";
import { append, type Change, type Entry } from "./journal.ts";
import { revisionOf } from "./revision.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const author = { name: "Ada", email: "ada@acme.example" };
let clusters = 0;

async function aCluster(): Promise<string> {
  clusters += 1;
  const [row] = await database.owner<{ id: string }>(
    "insert into clusters (slug, name, region, base_domain, ingress) values ($1, 'C', 'r', 'c.test', '{}') returning id",
    [`c${clusters}`],
  );
  return String(row?.id);
}

function commit(clusterId: string, changes: readonly Change[], over: Partial<Entry> = {}): Promise<number | undefined> {
  const entry = { clusterId, orgId: null, author, message: "test", ...over };
  return withTenant(database.pool, { platform: true }, (tx) => append(tx, entry, changes));
}

const seqs = async (clusterId: string) =>
  (
    await database.owner<{ seq: string }>("select seq from desired_commits where cluster_id = $1 order by seq", [
      clusterId,
    ])
  ).map(({ seq }) => Number(seq));

describe("the journal", () => {
  it("numbers commits from one without a gap", async () => {
    const id = await aCluster();
    for (const content of ["a\n", "b\n", "c\n"]) await commit(id, [{ path: "cluster.yaml", content }]);
    expect(await seqs(id)).toEqual([1, 2, 3]);
  });

  it("leaves no gap when a transaction is rolled back", async () => {
    const id = await aCluster();
    await commit(id, [{ path: "cluster.yaml", content: "a\n" }]);
    const failed = withTenant(database.pool, { platform: true }, async (tx) => {
      await append(tx, { clusterId: id, orgId: null, author, message: "lost" }, [{ path: "x.yaml", content: "x\n" }]);
      throw new Error("after the append");
    });
    await expect(failed).rejects.toThrow("after the append");
    await commit(id, [{ path: "cluster.yaml", content: "b\n" }]);
    expect(await seqs(id)).toEqual([1, 2]);
  });

  it("appends nothing when nothing changes", async () => {
    const id = await aCluster();
    await commit(id, [{ path: "cluster.yaml", content: "a\n" }]);
    expect(await commit(id, [{ path: "cluster.yaml", content: "a\n" }])).toBeUndefined();
    expect(await commit(id, [{ path: "never.yaml", content: null }])).toBeUndefined();
    expect(await seqs(id)).toEqual([1]);
  });

  it("T-F21 refuses a stale change and names the newer revision", async () => {
    const id = await aCluster();
    await commit(id, [{ path: "cluster.yaml", content: "a\n", expected: null }]);
    await commit(id, [{ path: "cluster.yaml", content: "b\n", expected: revisionOf("a\n") }]);
    const stale = commit(id, [{ path: "cluster.yaml", content: "c\n", expected: revisionOf("a\n") }]);
    await expect(stale).rejects.toMatchObject({ reason: "StaleRevision", revision: revisionOf("b\n") });
    const twice = commit(id, [{ path: "cluster.yaml", content: "c\n", expected: null }]);
    await expect(twice).rejects.toMatchObject({ reason: "StaleRevision" });
    expect(await seqs(id)).toEqual([1, 2]);
  });

  it("refuses a file larger than the operator reads", async () => {
    const id = await aCluster();
    const content = "x".repeat(256 * 1024);
    await expect(commit(id, [{ path: "a.yaml", content: `${content}x` }])).rejects.toMatchObject({
      reason: "TooLarge",
    });
    expect(await commit(id, [{ path: "a.yaml", content }])).toBe(1);
  });

  it("is append-only to the application", async () => {
    const id = await aCluster();
    await commit(id, [{ path: "cluster.yaml", content: "a\n" }]);
    for (const statement of ["update desired_changes set content = ''", "delete from desired_commits"]) {
      const change = withTenant(database.pool, { platform: true }, (tx) => tx.run(statement));
      await expect(change).rejects.toThrow("permission denied");
    }
  });

  it("gives parallel writers one order", async () => {
    const id = await aCluster();
    const writers = Array.from({ length: 20 }, (_, n) => commit(id, [{ path: `f${n}.yaml`, content: `${n}\n` }]));
    await Promise.all(writers);
    expect(await seqs(id)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });
});
