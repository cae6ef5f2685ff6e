import type { StateSource } from "@skypanel/crds/kinds/state-source.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type GitServer, gitServer } from "../../../e2e/harness/git-server.ts";
import { type ASource, aSource, aStateFile as file, refOf } from "../../../e2e/operator/a-source.ts";
import { type JsonObject, KubeError } from "../kube/kube.ts";
import { namespaces } from "../kube/resources.ts";
import { aManifest } from "./a-tree.ts";

const cluster = "cluster.yaml";
const tenant = "tenants/acme.yaml";
const app = (name: string) => `tenants/acme/apps/${name}.yaml`;
const tenantLabels = { "paas.skypanel.io/tenant": "acme" };
const reasonOf = (status: StateSource["status"]) => status?.conditions?.[0]?.reason;

let server: GitServer;
let isRegistered: boolean;
let at: ASource;

beforeEach(async () => {
  server = await gitServer();
  isRegistered = true;
  at = await aSource(() => (isRegistered ? server.url : undefined));
});

afterEach(async () => {
  await at.stop();
  await server.close();
});

describe("the git source", { timeout: 60_000 }, () => {
  it("applies what a commit holds, and then nothing", async () => {
    const commit = await server.commit(1, {
      ...file(cluster, { baseDomain: "apps.example" }),
      ...file(tenant),
      ...file(app("shop")),
    });
    expect(await at.reached("Current", 1)).toMatchObject({
      applied: { commit, sequence: 1 },
      counts: { files: 3, objects: 3, broken: 0, ignored: 0 },
    });
    expect(at.find(app("shop"))?.metadata.annotations).toMatchObject({ "paas.skypanel.io/source": app("shop") });
    at.kube.calls.length = 0;
    await server.commit(2, { "notes.txt": "words" });
    await at.reached("Current", 2);
    expect([at.calls("apply"), at.calls("delete")]).toEqual([[], []]);
  });

  it("applies a change, undoes an edit, removes what is gone", async () => {
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("shop")), ...file(app("blog")) });
    await at.reached("Current", 1);
    await server.commit(2, { ...file(app("shop"), { state: "Stopped" }), [app("blog")]: null });
    await at.reached("Current", 2);
    expect(at.find(app("blog"))).toBeUndefined();
    expect(at.find(app("shop"))).toMatchObject({ spec: { state: "Stopped" } });
    at.kube.edit(refOf(app("shop")), { ...aManifest(app("shop"), { state: "Running" }) } as JsonObject); // plain JSON
    await at.looked();
    expect(at.find(app("shop"))).toMatchObject({ spec: { state: "Stopped" } });
  });

  it("goes on once a tenant has its namespace, and asks nobody to wait for it", async () => {
    at.kube.remove({ resource: namespaces, name: "sp-acme" });
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("shop")) });
    expect(await at.reached("Behind", 1)).not.toHaveProperty("applied");
    at.addNamespace("sp-acme", tenantLabels);
    await vi.waitFor(() => expect(at.source()?.status?.phase).toBe("Current"), { timeout: 20_000 });
    expect(at.find(app("shop"))).toBeDefined();
  });

  it("says why a source cannot be fetched, and keeps everything", async () => {
    await server.commit(1, { ...file(cluster), ...file(tenant) });
    await at.reached("Current", 1);
    server.answer((_, response) => response.writeHead(503).end());
    const status = await at.looked();
    expect([status?.phase, reasonOf(status), status?.applied?.sequence]).toEqual(["Failed", "SourceUnreachable", 1]);
    expect(at.find(tenant)).toBeDefined();
  });

  it("comes back by itself when the source does, without a poke", async () => {
    server.answer((_, response) => response.writeHead(503).end());
    await server.commit(1, { ...file(cluster), ...file(tenant) });
    expect(await at.looked()).toMatchObject({ phase: "Failed" });
    server.answer(undefined);
    await vi.waitFor(() => expect(at.source()?.status?.phase).toBe("Current"), { timeout: 20_000 });
  });

  it("waits to be registered", async () => {
    isRegistered = false;
    const status = await at.looked();
    expect(status?.conditions?.[0]?.message).toContain("not registered yet");
  });
});

describe("a source that is held by hand", { timeout: 60_000 }, () => {
  it.each([
    ["suspended", { suspended: true }, {}, "Stopped"],
    ["paused", {}, { "paas.skypanel.io/paused": "" }, "Paused"],
  ])("applies and prunes nothing while it is %s, and goes on at once after it", async (_, spec, annotations, why) => {
    at.ask(spec, { ...annotations, "paas.skypanel.io/reconcile-at": "held" });
    await vi.waitFor(() => expect(at.source()?.status?.lastHandledReconcileAt).toBe("held"), { timeout: 20_000 });
    await server.commit(1, { ...file(cluster), ...file(tenant) });
    at.ask(spec, { ...annotations, "paas.skypanel.io/reconcile-at": "again" });
    await vi.waitFor(() => expect(at.source()?.status?.lastHandledReconcileAt).toBe("again"), { timeout: 20_000 });
    expect([reasonOf(at.source()?.status), at.find(tenant)]).toEqual([why, undefined]);
    at.ask();
    await vi.waitFor(() => expect(at.find(tenant)).toBeDefined(), { timeout: 20_000 });
  });

  it("is looked at anew as soon as it says something else", async () => {
    await server.commit(1, { ...file(cluster), ...file(tenant) });
    await at.reached("Current", 1);
    at.ask({ branch: "nowhere" });
    await vi.waitFor(() => expect(reasonOf(at.source()?.status)).toBe("SourceUnreachable"), { timeout: 20_000 });
    at.ask({ branch: "a..b" });
    await vi.waitFor(() => expect(at.source()?.status?.conditions?.[0]?.message).toContain("no such name"));
    at.ask();
    await vi.waitFor(() => expect(at.source()?.status?.phase).toBe("Current"), { timeout: 20_000 });
  });
});

describe("a cluster that refuses", { timeout: 60_000 }, () => {
  it("one file goes on with the good ones", async () => {
    await at.looked({ suspended: true });
    at.kube.failNext("apps.paas.skypanel.io/sp-acme/bad", new KubeError("invalid", "spec.x: no"));
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("bad")), ...file(app("good")) });
    at.ask();
    await vi.waitFor(() => expect(at.source()?.status?.phase).toBe("Failed"), { timeout: 20_000 });
    expect(at.source()?.status?.problems).toEqual([{ path: app("bad"), message: "spec.x: no" }]);
    expect(at.find(app("good"))).toBeDefined();
  });

  it.each([
    ["forbidden", "PermissionMissing"],
    ["unavailable", "ApiUnavailable"],
  ] as const)("says so when one object is %s, applies the others, and tries again soon", async (kind, why) => {
    const reasons = new Set<string | undefined>();
    await at.looked({ suspended: true });
    at.kube.failNext("apply apps.paas.skypanel.io/sp-acme/a1", new KubeError(kind, "no"));
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("a1")), ...file(app("a2")) });
    at.ask();
    await vi.waitFor(
      () => {
        reasons.add(reasonOf(at.source()?.status));
        expect(reasons).toContain(why);
      },
      { timeout: 20_000, interval: 5 },
    );
    expect(at.find(app("a2"))).toBeDefined();
    await vi.waitFor(() => expect(at.source()?.status?.phase).toBe("Current"), { timeout: 20_000 });
    expect(at.find(app("a1"))).toBeDefined();
  });

  it("T-A17 never touches what kubectl manages", async () => {
    at.kube.edit(refOf(app("shop")), { ...aManifest(app("shop"), { state: "Stopped" }) } as JsonObject); // plain JSON
    const before = at.find(app("shop"));
    await server.commit(1, { ...file(cluster), ...file(tenant), ...file(app("shop")) });
    const status = await at.reached("Failed", 1);
    expect(status?.problems).toEqual([{ path: app("shop"), message: "kubectl manages it. Remove one of the two." }]);
    expect(reasonOf(status)).toBe("ManagedElsewhere");
    expect(at.find(app("shop"))).toEqual(before);
  });
});
