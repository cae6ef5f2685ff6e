import { createHash, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { readYaml } from "@skypanel/crds/yaml.ts";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { type SeededOrg, seedCluster, seedOrg } from "../../../../e2e/harness/seed.ts";
import { registerBody } from "../../contract/agent.ts";
import { withTenant } from "../../db/tenant.ts";
import { contentAt } from "../../desired/journal.ts";
import { anApp } from "../apps/an-app.ts";
import { createApp } from "../apps/create.ts";
import { readApp } from "../apps/read.ts";
import { resealer } from "../apps/reseal.ts";
import { createCluster, type FleetDeps } from "./clusters.ts";
import { credentialOf } from "./credentials.ts";
import { approveCluster, renewToken } from "./joining.ts";
import { readCluster } from "./read.ts";
import { register } from "./registration.ts";
import { thumbprint } from "./thumbprint.ts";

const wrappingKey = randomBytes(32);
let database: TestDatabase;
let fleet: FleetDeps;
let acme: SeededOrg;
let created = 0;

beforeAll(async () => {
  database = await testDatabase();
  fleet = { pool: database.pool, publicUrl: "https://panel.example", operatorChart: "chart" };
  acme = await seedOrg(database, "acme");
});
afterAll(() => database.close());
beforeEach(() => database.setTime(null));

function newCluster(slug: string) {
  const ingress = { class: "traefik", namespace: "traefik", port: 80, tls: false };
  return createCluster(fleet, acme.by, { slug, name: slug, region: "home", labels: {}, baseDomain: "w.test", ingress });
}

async function issued() {
  created += 1;
  const { cluster, registration } = await newCluster(`w${created}`);
  return { id: cluster.id, token: registration.token };
}

function aPresenter(over: object = {}) {
  const publicKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
  return registerBody.parse({
    publicKey,
    ageRecipient: `age1${"q".repeat(58)}`,
    kubeSystemUid: randomUUID(),
    versions: { operator: "0.1.0", kubernetes: "v1.35.4" },
    ...over,
  });
}

const present = (token: string, body = aPresenter()) =>
  register({ pool: database.pool, reseal: resealer(wrappingKey) }, token, body);

describe("a registration token", () => {
  it("T-A11 has one winner among 100 presenters, who then waits", async () => {
    const { id, token } = await issued();
    const settled = await Promise.allSettled(Array.from({ length: 100 }, () => present(token)));
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const reasons = settled.flatMap((result) => (result.status === "rejected" ? [result.reason.reason] : []));
    expect(new Set(reasons)).toEqual(new Set(["TokenUsed"]));
    expect((await readCluster(fleet.pool, id)).phase).toBe("PendingApproval");
    const alarms = await database.owner("select 1 from activity where action = 'cluster.token-contested'");
    expect(alarms).toHaveLength(1);
  });

  it("T-A11 is settled by an administrator, who is written down", async () => {
    const { id, token } = await issued();
    await present(token);
    await expect(present(token)).rejects.toMatchObject({ reason: "TokenUsed" });
    expect(await approveCluster(fleet, acme.by, id)).toMatchObject({ phase: "Joining" });
    await approveCluster(fleet, acme.by, id);
    await expect(present(token)).rejects.toMatchObject({ reason: "TokenUsed" });
    expect((await readCluster(fleet.pool, id)).phase).toBe("Joining");
    const text = "select action, actor_name from activity where object_id = $1 and action = 'cluster.approved'";
    expect(await database.owner(text, [id])).toEqual([{ action: "cluster.approved", actor_name: "Ada" }]);
  });

  it("T-A11 may be presented again by the key that won", async () => {
    const { id, token } = await issued();
    const winner = aPresenter();
    const first = await present(token, winner);
    expect(first).toMatchObject({ clusterId: id, state: "Registered" });
    expect(await present(token, winner)).toEqual(first);
    await database.setTime(new Date(Date.now() + 3_600_000));
    expect(await present(token, winner)).toEqual(first);
    expect((await readCluster(fleet.pool, id)).phase).toBe("Joining");
  });

  it("T-A11 lives 15 minutes and not a second longer", async () => {
    const now = Date.now();
    await database.setTime(new Date(now));
    const [early, late] = [await issued(), await issued()];
    await database.setTime(new Date(now + 899_999));
    expect(await present(early.token)).toMatchObject({ state: "Registered" });
    await database.setTime(new Date(now + 900_000));
    await expect(present(late.token)).rejects.toMatchObject({ reason: "TokenExpired" });
    expect((await readCluster(fleet.pool, late.id)).phase).toBe("Created");
  });

  it("dies when a newer one is issued", async () => {
    const { id, token } = await issued();
    const renewed = await renewToken(fleet, acme.by, id);
    await expect(present(token)).rejects.toMatchObject({ reason: "TokenExpired" });
    expect(await present(renewed.token)).toMatchObject({ clusterId: id });
  });

  it("says no more than 401 to a guess", async () => {
    await expect(present("sp_reg_guess")).rejects.toMatchObject({ reason: "Unauthenticated" });
  });

  it("leaves only its hash in the database", async () => {
    const { token } = await issued();
    const [row] = await database.owner<{ all: string }>(
      `select (select json_agg(t)::text from registration_tokens t) || (select json_agg(a)::text from activity a)
         || (select json_agg(e)::text from events e) || (select json_agg(d)::text from desired_changes d) as all`,
    );
    expect(token).toMatch(/^sp_reg_[\w-]{43}$/);
    expect(row?.all).not.toContain(token.slice("sp_reg_".length));
  });
});

describe("a key", () => {
  it("is refused where its Kubernetes is another cluster, and uses nothing up", async () => {
    const [one, other] = [await issued(), await issued()];
    const here = aPresenter();
    await present(one.token, here);
    const again = aPresenter({ kubeSystemUid: here.kubeSystemUid });
    await expect(present(other.token, again)).rejects.toMatchObject({ reason: "ClusterExists" });
    expect(await present(other.token)).toMatchObject({ clusterId: other.id });
  });

  it("is the cluster's only one after it joined again", async () => {
    const { id, token } = await issued();
    const [old, next] = [aPresenter(), aPresenter()];
    await present(token, old);
    await present((await renewToken(fleet, acme.by, id)).token, next);
    expect(await credentialOf(database.pool, thumbprint(old.publicKey))).toBeUndefined();
    expect(await credentialOf(database.pool, thumbprint(next.publicKey))).toMatchObject({ clusterId: id });
  });

  it("must be a point of its curve", async () => {
    const { token } = await issued();
    const { publicKey } = aPresenter();
    const off = aPresenter({ publicKey: { ...publicKey, y: publicKey.x } });
    await expect(present(token, off)).rejects.toMatchObject({ reason: "Invalid" });
    expect(await present(token)).toMatchObject({ state: "Registered" });
  });

  it("has the RFC 7638 thumbprint of its public members", () => {
    const { x, y, kty, crv } = aPresenter().publicKey;
    const canonical = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
    const digest = createHash("sha256").update(canonical).digest("base64url");
    expect(thumbprint({ y, x, kty, crv })).toBe(digest);
  });
});

it("seals variables anew for a cluster that joins with another key", async () => {
  const cluster = await seedCluster(database, "rejoin");
  const variables = [{ key: "TOKEN", value: "kept" }];
  const before = await createApp(
    { pool: database.pool, wrappingKey },
    acme,
    acme.by,
    anApp("sealed", "rejoin", { variables }),
  );
  const ageRecipient = await identityToRecipient(await generateX25519Identity());
  const { token } = await renewToken(fleet, acme.by, cluster.id);
  await present(token, aPresenter({ ageRecipient }));
  const yaml = await withTenant(database.pool, { orgId: acme.id }, (tx) =>
    contentAt(tx, cluster.id, "tenants/acme/secrets/sealed-variables.yaml"),
  );
  expect(readYaml(yaml)).toMatchObject({ value: { spec: { recipient: ageRecipient } } });
  expect((await readApp(database.pool, acme, "sealed")).revision).not.toBe(before.revision);
});
