import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type GitServer, gitServer } from "../../../e2e/harness/git-server.ts";
import { type ASource, aSource, aStateFile as file } from "../../../e2e/operator/a-source.ts";
import { KubeError } from "../kube/kube.ts";

const cluster = "cluster.yaml";
const tenant = "tenants/acme.yaml";
const app = (index: number) => `tenants/acme/apps/a${index}.yaml`;
const paths = Array.from({ length: 100 }, (_, index) => app(index));
const apps = (count: number): Record<string, string> =>
  Object.assign({}, ...paths.slice(0, count).map((path) => file(path)));
const gone = (these: readonly string[]) => Object.fromEntries(these.map((path) => [path, null]));

let server: GitServer;
let at: ASource;
let all: readonly string[];

async function begin(count: number): Promise<void> {
  all = [cluster, tenant, ...paths.slice(0, count)];
  await server.commit(1, { ...file(cluster), ...file(tenant), ...apps(count) });
  await at.reached("Current", 1);
  at.kube.calls.length = 0;
}

const kept = () => all.filter((path) => at.find(path) !== undefined);

beforeEach(async () => {
  server = await gitServer();
  at = await aSource(() => server.url);
});

afterEach(async () => {
  await at.stop();
  await server.close();
});

describe("T-F23 a tree that is not to be trusted", { timeout: 60_000 }, () => {
  it.each<[string, () => Record<string, string | null>]>([
    ["empty", () => ({ ...gone(all), "notes.txt": "empty" })],
    ["without its folder", () => ({ ...gone(all.slice(1)), [cluster]: null, "apps/a.yaml": "words" })],
    ["without cluster.yaml", () => ({ [cluster]: null, [app(0)]: null })],
  ])("removes nothing: it is %s", async (_, change) => {
    await begin(12);
    await server.commit(2, change());
    await at.reached("Current", 2);
    expect([at.calls("delete"), kept()]).toEqual([[], all]);
  });

  it("has one broken file of 100: 99 are applied, nothing is removed, file and line are named", async () => {
    await begin(100);
    const stopped = Object.assign({}, ...paths.slice(1, 99).map((path) => file(path, { state: "Stopped" })));
    await server.commit(2, { ...stopped, [app(0)]: "kind: App\nspec: [", [app(99)]: null });
    const status = await at.reached("Failed", 2);
    expect(status?.problems).toEqual([{ path: app(0), line: 2, message: expect.any(String) }]);
    expect(status?.conditions?.[0]).toMatchObject({
      reason: "SourceInvalid",
      message: expect.stringContaining(`${app(0)}:2: `),
    });
    for (const path of paths.slice(1, 99)) expect(at.find(path), path).toMatchObject({ spec: { state: "Stopped" } });
    expect([at.calls("delete"), kept()]).toEqual([[], all]);
  });

  it("lost many files: they wait until exactly they are confirmed", async () => {
    await begin(12);
    await server.commit(2, gone(paths.slice(0, 12)));
    const status = await at.reached("Held", 2);
    expect(status?.heldPrune).toMatchObject({ count: 12 });
    expect(status?.conditions?.[0]?.reason).toBe("PruneHeld");
    await server.commit(3, file(cluster, { confirmPrune: "0123456789abcdef" }));
    expect(await at.reached("Held", 3)).toMatchObject({ heldPrune: { id: status?.heldPrune?.id } });
    expect(at.calls("delete")).toEqual([]);
    await server.commit(4, file(cluster, { confirmPrune: status?.heldPrune?.id ?? "" }));
    expect(await at.reached("Current", 4)).not.toHaveProperty("heldPrune");
    expect([at.calls("delete").length, kept()]).toEqual([12, [cluster, tenant]]);
  });

  it("goes on with confirmed removals that a fault cut in two, and asks nobody again", async () => {
    await begin(12);
    await server.commit(2, gone(paths.slice(0, 12)));
    const id = (await at.reached("Held", 2))?.heldPrune?.id ?? "";
    at.kube.failNext("delete apps.paas.skypanel.io/sp-acme/a5", new KubeError("unavailable", "no"));
    await server.commit(3, file(cluster, { confirmPrune: id }));
    await at.reached("Current", 3);
    expect(kept()).toEqual([cluster, tenant]);
    expect(at.calls("delete")).toHaveLength(13);
  });

  it("decides anew on an object that changed before its removal", async () => {
    await begin(12);
    at.kube.failNext("delete apps.paas.skypanel.io/sp-acme/a0", new KubeError("conflict", "it changed"));
    await server.commit(2, gone([app(0)]));
    at.state.poke();
    await vi.waitFor(() => expect(at.find(app(0))).toBeUndefined(), { timeout: 20_000 }); // soon, by itself
    expect(at.calls("delete")).toHaveLength(2);
  });

  it("was rewritten: nothing of it is applied", async () => {
    await begin(12);
    await server.restart();
    await server.commit(1, { ...file(cluster), ...file("tenants/other.yaml") });
    const status = await at.looked();
    expect([status?.phase, status?.conditions?.[0]?.reason]).toEqual(["Failed", "HistoryRewritten"]);
    expect([at.find("tenants/other.yaml"), at.calls("delete"), kept()]).toEqual([undefined, [], all]);
  });

  it("was pushed by somebody else: a commit without a number is not of the history", async () => {
    await begin(12);
    const files = `M 100644 inline ${tenant}\ndata 5\nk: v\n\n`;
    const person = "A Person <person@example.org> 0 +0000";
    await server.import(`commit refs/heads/main\ncommitter ${person}\ndata 5\nhello\n${files}`);
    const status = await at.looked();
    expect(status?.conditions?.[0]?.reason).toBe("HistoryRewritten");
    expect([at.calls("apply"), at.calls("delete"), kept()]).toEqual([[], [], all]);
  });

  it("lost its branch: what runs goes on", async () => {
    await begin(12);
    await server.restart();
    const status = await at.looked();
    expect(status?.conditions?.[0]).toMatchObject({
      reason: "SourceUnreachable",
      message: "Git cannot be fetched: no repository with a branch main is there. Check network and identity.",
    });
    expect(kept()).toEqual(all);
  });

  it("T-F17 is older than what was applied: it is ignored, and counted", async () => {
    await begin(3);
    await server.commit(5, file(app(0), { state: "Stopped" }));
    await at.reached("Current", 5);
    await server.restart();
    await server.commit(4, { ...file(cluster), ...file(tenant), ...apps(3) });
    const before = (await at.measured("skypanel_state_older_commits_total")) ?? 0;
    expect(await at.looked()).toMatchObject({ phase: "Behind", fetched: { sequence: 5 } });
    expect(at.find(app(0))).toMatchObject({ spec: { state: "Stopped" } });
    expect(await at.measured("skypanel_state_older_commits_total")).toBe(before + 1);
  });
});
