import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Desired, desiredOf, openSealed } from "../../../../e2e/harness/desired.ts";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { type SeededCluster, type SeededOrg, seedCluster, seedOrg } from "../../../../e2e/harness/seed.ts";
import { anApp } from "./an-app.ts";
import { patchApp, restartApp, scaleApp, startApp, stopApp, type Target } from "./change.ts";
import { type AppDeps, createApp, type NewAppBody } from "./create.ts";
import { readApp, readApps, readManifest } from "./read.ts";
import { removeApp } from "./remove.ts";
import { patchVariables, readVariables } from "./variables.ts";

let database: TestDatabase;
let deps: AppDeps;
let acme: SeededOrg;
let globex: SeededOrg;
let w1: SeededCluster;
let desired: Desired;

beforeAll(async () => {
  database = await testDatabase();
  deps = { pool: database.pool, wrappingKey: randomBytes(32) };
  [acme, globex, w1] = [
    await seedOrg(database, "acme"),
    await seedOrg(database, "globex"),
    await seedCluster(database, "w1"),
  ];
  desired = await desiredOf(database, w1.id);
});
afterAll(async () => {
  await desired.close();
  await database.close();
});

const create = (name: string, over: Partial<NewAppBody> = {}, org = acme) =>
  createApp(deps, org, org.by, anApp(name, "w1", over));
const target = (name: string, expected?: string, org = acme): Target => ({ org, name, by: org.by, expected });

const [web] = anApp("x", "w1").processes;
const { port: _, ...worker } = { ...web, type: "Worker" };
const aWorkerWithHealth = {
  ...worker,
  health: { periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3, startSeconds: 60 },
};

describe("creating an app", () => {
  it("commits tenant, app and sealed variables to the cluster", async () => {
    const app = await create("hello", { title: "Hello", variables: [{ key: "TOKEN", value: "s3cret-in-git" }] });
    expect(app).toMatchObject({ name: "hello", title: "Hello", variableKeys: ["TOKEN"], state: "Running" });
    expect(app.status).toMatchObject({ phase: "Pending", reason: "Queued" });
    const files = await desired.files();
    expect([...files.keys()]).toEqual([
      "tenants/acme.yaml",
      "tenants/acme/apps/hello.yaml",
      "tenants/acme/secrets/hello-variables.yaml",
    ]);
    expect((await desired.git("rev-parse", "main:tenants/acme/apps/hello.yaml")).trim()).toBe(app.revision);
    expect(await desired.git("log", "-1", "--format=%an <%ae> %s", "main")).toBe(
      "Ada <ada@acme.example> apps: create hello\n",
    );
    expect([...files.values()].join()).not.toContain("s3cret");
    expect(await openSealed(w1, files.get("tenants/acme/secrets/hello-variables.yaml"))).toEqual([
      {
        plaintext: {
          cluster: w1.id,
          tenant: "acme",
          namespace: "sp-acme",
          name: "hello-variables",
          key: "TOKEN",
          version: 1,
          value: "s3cret-in-git",
        },
      },
    ]);
  });

  it("refuses a name the organisation has", async () => {
    await create("twice");
    await expect(create("twice")).rejects.toMatchObject({ reason: "NameTaken" });
    const both = await Promise.allSettled([create("race"), create("race")]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("adds four letters to a slug another organisation has", async () => {
    await create("shop");
    await create("shop", {}, globex);
    const { yaml } = await readManifest(deps.pool, globex, "shop");
    expect(yaml).toMatch(/^ {2}slug: shop-[a-z]{4}$/m);
  });

  it.each([
    ["an unknown cluster", { cluster: "nowhere" }, "/cluster"],
    ["two Web processes", { processes: [web, { ...web, name: "b" }] }, "/processes"],
    ["a Worker with a health check", { processes: [aWorkerWithHealth] }, "/processes/0/health"],
  ])("refuses %s and points at it", async (_, over, pointer) => {
    const wrong = create("wrong", over as Partial<NewAppBody>); // rows of a table lose their types
    await expect(wrong).rejects.toMatchObject({ reason: "Invalid", errors: [{ pointer }] });
  });

  it("leaves nothing behind when it is refused", async () => {
    const before = await counts();
    await expect(create("big", { variables: [{ key: "PORT", value: "1" }] })).rejects.toMatchObject({
      reason: "ReservedKey",
    });
    await expect(create("hello")).rejects.toMatchObject({ reason: "NameTaken" });
    expect(await counts()).toEqual(before);
  });

  it("places nothing on a cluster that is offline or takes nothing new", async () => {
    const w2 = await seedCluster(database, "w2");
    await database.owner("update clusters set wish = 'Unschedulable' where id = $1", [w2.id]);
    await expect(create("there", { cluster: "w2" })).rejects.toMatchObject({ reason: "NoCapacity" });
    await database.owner("update clusters set last_heartbeat_at = skypanel_now() - interval '91 s' where id = $1", [
      w2.id,
    ]);
    await expect(create("there", { cluster: "w2" })).rejects.toMatchObject({ reason: "ClusterOffline" });
  });
});

const counts = () =>
  database.owner(
    `select (select count(*) from apps) as apps, (select count(*) from app_variables) as variables,
       (select count(*) from desired_commits) as commits, (select count(*) from activity) as activity,
       (select max(desired_seq) from clusters) as seq`,
  );

describe("changing an app", () => {
  it("T-F21 of 50 parallel editors accepts one a round, and journals it", async () => {
    let app = await create("edited");
    for (let round = 0; round < 3; round += 1) {
      const edits = Array.from({ length: 50 }, (_, n) =>
        patchApp(deps, target("edited", app.revision), {
          image: { reference: `registry.example/hello:${round}-${n}` },
        }),
      );
      const settled = await Promise.allSettled(edits);
      const accepted = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      const refused = settled.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      expect(accepted).toHaveLength(1);
      app = accepted[0] ?? app;
      expect(new Set(refused.map(({ reason, revision }) => `${reason} ${revision}`))).toEqual(
        new Set([`StaleRevision ${app.revision}`]),
      );
    }
    const commits = await database.owner(
      "select seq from desired_changes where path = 'tenants/acme/apps/edited.yaml'",
    );
    expect(commits).toHaveLength(4);
  });

  it("changes the revision with a title or a variable, so no edit is lost", async () => {
    const first = await create("etag");
    const titled = await patchApp(deps, target("etag", first.revision), { title: "Other" });
    expect(titled.revision).not.toBe(first.revision);
    const set = { set: [{ key: "A", value: "1" }], remove: [] };
    const { revision } = await patchVariables(deps, target("etag", titled.revision), set);
    expect(revision).not.toBe(titled.revision);
    await expect(patchVariables(deps, target("etag", titled.revision), set)).rejects.toMatchObject({ revision });
  });

  it("scales, stops and starts at the old size", async () => {
    const app = await create("sized");
    const scaled = await scaleApp(deps, target("sized", app.revision), { processes: [{ name: "web", replicas: 7 }] });
    expect(scaled.processes).toMatchObject([{ name: "web", replicas: 7 }]);
    expect(await stopApp(deps, target("sized"))).toMatchObject({ state: "Stopped", processes: [{ replicas: 7 }] });
    const started = await startApp(deps, target("sized"));
    expect(started).toMatchObject({ state: "Running", processes: [{ replicas: 7 }] });
    expect(started.revision).toBe(scaled.revision);
    const sizes = { processes: [{ name: "nobody", replicas: 1 }] };
    const wrong = scaleApp(deps, target("sized", started.revision), sizes);
    await expect(wrong).rejects.toMatchObject({ errors: [{ pointer: "/processes/0/name" }] });
  });

  it("asks for a restart with a new id each time", async () => {
    await create("again");
    const revisions = [await restartApp(deps, target("again")), await restartApp(deps, target("again"))];
    expect(new Set(revisions.map(({ revision }) => revision)).size).toBe(2);
    expect((await readManifest(deps.pool, acme, "again")).yaml).toMatch(/restartRequest: \S+/);
  });

  it("writes down nothing when nothing changes", async () => {
    const app = await create("still");
    const before = await counts();
    await patchApp(deps, target("still", app.revision), { title: "still" });
    await startApp(deps, target("still"));
    expect(await counts()).toEqual(before);
  });

  it("records who did it, from which value to which", async () => {
    const app = await create("told", { variables: [{ key: "TOKEN", value: "s3cret-activity" }] });
    await patchApp(deps, target("told", app.revision), { image: { reference: "registry.example/hello:2" } });
    const rows = await database.owner<{ action: string; before: unknown; after: unknown }>(
      "select action, actor_name, before, after from activity where object_name = 'told' order by id",
    );
    expect(rows).toMatchObject([
      { action: "app.created", actor_name: "Ada", after: { image: "registry.example/hello:1", variables: ["TOKEN"] } },
      {
        action: "app.changed",
        before: { image: "registry.example/hello:1" },
        after: { image: "registry.example/hello:2" },
      },
    ]);
  });

  it("is told to the pages of its organisation", async () => {
    const app = await create("heard");
    const [event] = await database.owner(
      "select topic, type, data from events where data ->> 'name' = 'heard'  and type = 'app.changed'",
    );
    expect(event).toMatchObject({ topic: "org:acme", data: { org: "acme", revision: app.revision } });
  });
});

describe("deleting an app", () => {
  it("takes its files from the tree and frees name and slug", async () => {
    const app = await create("gone", { variables: [{ key: "A", value: "1" }] });
    await expect(removeApp(deps, target("gone", app.revision), "wrong")).rejects.toMatchObject({ reason: "Invalid" });
    await removeApp(deps, target("gone", app.revision), "gone");
    expect([...(await desired.files()).keys()].filter((path) => path.includes("gone"))).toEqual([]);
    await expect(readApp(deps.pool, acme, "gone")).rejects.toMatchObject({ reason: "NotFound" });
    await create("gone", {}, globex);
    expect((await readManifest(deps.pool, globex, "gone")).yaml).toContain("slug: gone\n");
  });
});

describe("another organisation", () => {
  it("T-A01 finds nothing of what is ours", async () => {
    const app = await create("private", { variables: [{ key: "A", value: "1" }] });
    const theirs = target("private", app.revision, globex);
    const missing = { reason: "NotFound" };
    await expect(readApp(deps.pool, globex, "private")).rejects.toMatchObject(missing);
    await expect(readVariables(deps, globex, "private")).rejects.toMatchObject(missing);
    await expect(readManifest(deps.pool, globex, "private")).rejects.toMatchObject(missing);
    await expect(patchApp(deps, theirs, { title: "mine" })).rejects.toMatchObject(missing);
    await expect(removeApp(deps, theirs, "private")).rejects.toMatchObject(missing);
    const { items } = await readApps(deps.pool, globex, { limit: 200, sort: "name" });
    expect(items.map(({ name }) => name)).not.toContain("private");
  });
});
