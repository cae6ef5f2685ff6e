import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Desired, desiredOf, openSealed } from "../../../../e2e/harness/desired.ts";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { type SeededCluster, type SeededOrg, seedCluster, seedOrg } from "../../../../e2e/harness/seed.ts";
import { anApp } from "./an-app.ts";
import type { Target } from "./change.ts";
import { type AppDeps, createApp, type NewAppBody } from "./create.ts";
import { readApp } from "./read.ts";
import { patchVariables, readVariables } from "./variables.ts";

let database: TestDatabase;
let deps: AppDeps;
let acme: SeededOrg;
let w1: SeededCluster;
let desired: Desired;

beforeAll(async () => {
  database = await testDatabase();
  deps = { pool: database.pool, wrappingKey: randomBytes(32) };
  [acme, w1] = [await seedOrg(database, "acme"), await seedCluster(database, "w1")];
  desired = await desiredOf(database, w1.id);
});
afterAll(async () => {
  await desired.close();
  await database.close();
});

const create = (name: string, over: Partial<NewAppBody> = {}) =>
  createApp(deps, acme, acme.by, anApp(name, "w1", over));
const target = (name: string, expected?: string): Target => ({ org: acme, name, by: acme.by, expected });

describe("variables", () => {
  it("are set, replaced and removed in one change", async () => {
    const variables = [
      { key: "A", value: "a1" },
      { key: "B", value: "b1" },
    ];
    const app = await create("vars", { variables });
    const patch = {
      set: [
        { key: "A", value: "a2" },
        { key: "C", value: "" },
      ],
      remove: ["B"],
    };
    const view = await patchVariables(deps, target("vars", app.revision), patch);
    expect(view.items).toMatchObject([
      { key: "A", version: 2, setBy: "Ada" },
      { key: "C", version: 1 },
    ]);
    const yaml = (await desired.files()).get("tenants/acme/secrets/vars-variables.yaml");
    expect(await openSealed(w1, yaml)).toMatchObject([
      { plaintext: { key: "A", version: 2, value: "a2" } },
      { plaintext: { key: "C", version: 1, value: "" } },
    ]);
  });

  it("leave the tree with the last one", async () => {
    const app = await create("unset", { variables: [{ key: "A", value: "1" }] });
    const view = await patchVariables(deps, target("unset", app.revision), { set: [], remove: ["A"] });
    expect(view.items).toEqual([]);
    const files = await desired.files();
    expect(files.has("tenants/acme/secrets/unset-variables.yaml")).toBe(false);
    expect(files.get("tenants/acme/apps/unset.yaml")).not.toContain("variables");
  });

  it("may have 96 KiB in total and not a byte more", async () => {
    const value = "x".repeat(32 * 1024);
    const variables = ["A", "B", "C"].map((key) => ({ key, value }));
    const app = await create("full", { variables });
    const more = patchVariables(deps, target("full", app.revision), { set: [{ key: "D", value: "x" }], remove: [] });
    await expect(more).rejects.toMatchObject({ reason: "TooLarge" });
    expect((await readVariables(deps, acme, "full")).items).toHaveLength(3);
  });

  it("T-A03 are found in no answer, journal, activity or event", async () => {
    const secret = `marked-${randomBytes(8).toString("hex")}`;
    const app = await create("quiet", { variables: [{ key: "TOKEN", value: secret }] });
    const patched = await patchVariables(deps, target("quiet", app.revision), {
      set: [{ key: "T2", value: secret }],
      remove: [],
    });
    const answers = [app, patched, await readApp(deps.pool, acme, "quiet"), await readVariables(deps, acme, "quiet")];
    const rows = await database.owner(
      `select (select json_agg(d) from desired_changes d) as journal, (select json_agg(a) from activity a) as activity,
         (select json_agg(e) from events e) as events, (select json_agg(v) from app_variables v) as variables,
         (select json_agg(p) from apps p) as apps`,
    );
    const text = JSON.stringify([answers, rows]);
    expect(text).toContain("TOKEN");
    for (const form of [secret, Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")])
      expect(text).not.toContain(form);
  });
});
