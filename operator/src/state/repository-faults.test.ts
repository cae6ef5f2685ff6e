import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { authority } from "../../../e2e/fault-proxy/authority.ts";
import { type Door, openDoor } from "../../../e2e/fault-proxy/door.ts";
import { type FaultProxy, startFaultProxy } from "../../../e2e/fault-proxy/fault-proxy.ts";
import type { Action, Rule } from "../../../e2e/fault-proxy/rule.ts";
import { type GitServer, gitServer } from "../../../e2e/harness/git-server.ts";
import { openRepository, type Repository, type RepositoryOptions } from "./repository-git.ts";
import { parseTree } from "./tree.ts";

const token = "se.cr.et";
const deadlineMs = 60_000;
const { signal } = new AbortController();

let server: GitServer;
let front: Door;
let proxy: FaultProxy;
let home: string;
let directory: string;
let repository: Repository;
let deadlines: (() => void)[];

/** Git's real clients against a real https server, through the fault proxy. */
beforeEach(async () => {
  server = await gitServer();
  const keys = await authority();
  front = await openDoor(true, keys, (asked, response) => {
    const { method = "GET", headers, url = "/" } = asked;
    const passed = request(new URL(url, server.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    asked.pipe(passed);
  });
  proxy = await startFaultProxy({ arrow: "git", target: front.url, ca: keys.ca });
  home = await mkdtemp(join(tmpdir(), "skypanel-state-"));
  directory = join(home, "state");
  await writeFile(join(home, "ca.crt"), proxy.ca);
  deadlines = [];
  repository = opened();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([proxy.close(), front.close(), server.close()]);
  await rm(home, { recursive: true, force: true });
});

/** The deadline of a git process passes when the test says so. */
function opened(more: Partial<RepositoryOptions> = {}): Repository {
  const setTimer: typeof systemClock.setTimer = (ms, run) => {
    if (ms !== deadlineMs) return systemClock.setTimer(ms, run);
    deadlines.push(run);
    return () => {};
  };
  const clock = { ...systemClock, setTimer };
  return openRepository({ directory, allowInsecure: false, caFile: join(home, "ca.crt"), clock, ...more });
}

const fetched = (url = `${proxy.url}/state.git`) => repository.fetch({ url, branch: "main", token }, signal);
const begun = async () => {
  const { ino, birthtimeMs } = await stat(join(directory, "HEAD")); // a file's number may be given again
  return `${ino} of ${birthtimeMs}`;
};

async function textOf(commit: string): Promise<Record<string, number>> {
  const files = parseTree(await repository.list(commit, signal))?.files ?? [];
  const blobs = files.map(({ blob }) => blob);
  const bytes = await repository.read(blobs, signal);
  return Object.fromEntries(files.map(({ place }, index) => [place.path, bytes[index]?.length ?? -1]));
}

/** All connections of the proxy have ended, though the server never ended one. */
async function nobodyHoldsOn(): Promise<void> {
  await vi.waitFor(() => expect(proxy.calls().filter(({ at }) => at.ended === undefined)).toEqual([]));
}

const html = "<!doctype html><title>Sign in</title>";
const page: Action = { type: "answer", status: 200, headers: { "content-type": "text/html" }, body: html };
const answer = (status: number): Action => ({ type: "answer", status });

describe("T-F28 a source that cannot be reached", { timeout: 60_000 }, () => {
  it.each<[string, Rule["match"], Action, RegExp]>([
    ["its certificate has expired", {}, { type: "wrongCertificate", which: "expired" }, /certificate/],
    ["its certificate is a stranger's", {}, { type: "wrongCertificate", which: "foreign" }, /certificate/],
    ["it resets", {}, { type: "refuse" }, /unable to access/],
    ["a page of HTML answers with 200", {}, page, /^no repository with a branch main is there$/],
    ["a page of HTML is all a fetch brings", { verb: "post" }, page, /./],
    ["it says 401", {}, answer(401), /./],
    ["it says 403", {}, answer(403), /403/],
    ["it says 404", {}, answer(404), /not found/],
    ["it says 429", {}, answer(429), /429/],
    ["it says 500", {}, answer(500), /500/],
    ["it says 503 to the fetch alone", { verb: "post" }, answer(503), /./],
  ])("says why, keeps its copy and works again: %s", async (_, match, action, why) => {
    await server.commit(1, { "cluster.yaml": "a: 1\n" });
    await fetched();
    const id = await server.commit(2, { "cluster.yaml": "b: 22\n" });
    proxy.arm({ match, action });
    await expect(fetched()).rejects.toMatchObject({ name: "GitFailed", message: expect.stringMatching(why) });
    await expect(fetched()).rejects.not.toThrow(token);
    proxy.heal();
    expect((await fetched()).id).toBe(id);
    expect(await textOf(id)).toEqual({ "cluster.yaml": 6 });
  });

  it.each([
    ["a name nobody has", () => "https://nowhere.invalid/state.git", /Could not resolve host: nowhere\.invalid/],
    ["a port nobody has", () => "https://127.0.0.1:1/state.git", /[Cc]onnect/],
  ])("says why: %s", async (_, url, why) => {
    await expect(fetched(url())).rejects.toThrow(why);
  });

  it("does not begin anew for a source that is away", async () => {
    await server.commit(1, { "cluster.yaml": "a: 1\n" });
    await fetched();
    const before = await begun();
    proxy.arm({ match: {}, action: answer(503) });
    await expect(fetched()).rejects.toThrow();
    proxy.heal();
    await fetched();
    expect(await begun()).toBe(before);
  });

  it("O6 sends no credential on, whatever the answer points to", async () => {
    const heard: string[] = [];
    // Another server with a certificate we trust: nothing but our refusal to follow keeps git from it.
    const canary = await openDoor(true, await authority(), (asked, response) => {
      heard.push(`${asked.url} ${asked.headers.authorization}`);
      response.writeHead(404).end();
    });
    await server.commit(1, { "cluster.yaml": "a: 1\n" });
    for (const verb of ["get", "post"]) {
      const headers = { location: `${canary.url}/state.git/info/refs?service=git-upload-pack` };
      proxy.arm({ match: { verb }, action: { type: "answer", status: 302, headers } });
      await expect(fetched()).rejects.toMatchObject({ name: "GitFailed" });
      proxy.heal();
    }
    await canary.close();
    expect(heard).toEqual([]);
  });

  it("O6 sends no credential to a stranger, and to the source only once it is proven", async () => {
    proxy.arm({ match: {}, action: { type: "wrongCertificate", which: "foreign" } });
    vi.stubEnv("GIT_SSL_NO_VERIFY", "1"); // nothing of our own environment counts
    await expect(fetched()).rejects.toThrow("certificate");
    expect([...server.authorizations]).toEqual([]);
    proxy.heal();
    await server.commit(1, { "cluster.yaml": "a: 1\n" });
    await fetched();
    expect([...server.authorizations]).toEqual([`Bearer ${token}`]);
  });
});

// Sooner than git's helper ends by itself, after 30 s without a byte: that is for when nobody is there to end it.
const soon = { timeout: 20_000 };

describe("T-F23 half a pack", { timeout: 60_000 }, () => {
  const big = () => randomBytes(100_000).toString("hex");

  it.each<[string, Action]>([
    ["its end is missing", { type: "truncate", bytes: 10_000 }],
    ["nothing of it came", { type: "truncate", bytes: 0 }],
    ["the connection ends in it", { type: "halfLine" }],
    ["the connection ends before it", { type: "cut" }],
  ])("changes nothing: %s", async (_, action) => {
    const first = await server.commit(1, { "cluster.yaml": big() });
    await fetched();
    const id = await server.commit(2, { "cluster.yaml": big(), "tenants/acme.yaml": big() });
    proxy.arm({ match: { verb: "post", from: 2 }, action });
    await expect(fetched()).rejects.toMatchObject({ name: "GitFailed" });
    proxy.heal();
    expect((await fetched()).id).toBe(id);
    expect(id).not.toBe(first);
    expect(await textOf(id)).toEqual({ "cluster.yaml": 200_000, "tenants/acme.yaml": 200_000 });
  });

  it.each<[string, Rule["match"], number]>([
    ["before a word", { verb: "get" }, 0],
    ["within the pack", { verb: "post", nth: 2 }, 20_000],
  ])("that stops %s is ended at its deadline, with all its processes", soon, async (_, match, afterBytes) => {
    const id = await server.commit(1, { "cluster.yaml": big() });
    const met = Promise.withResolvers<unknown>();
    proxy.arm({ match, action: { type: "freeze", afterBytes } }, met.resolve);
    const fetching = fetched();
    fetching.catch(() => undefined); // looked at below
    await met.promise;
    expect(await gitsArguments()).not.toContain(token);
    deadlines.at(-1)?.();
    await expect(fetching).rejects.toThrow("it took longer than 60 s");
    await nobodyHoldsOn();
    proxy.heal();
    expect((await fetched()).id).toBe(id);
  });

  it("is left with all its processes when the operator stops", soon, async () => {
    await server.commit(1, { "cluster.yaml": "a: 1\n" });
    const met = Promise.withResolvers<unknown>();
    proxy.arm({ match: { verb: "get" }, action: { type: "freeze" } }, met.resolve);
    const stop = new AbortController();
    const fetching = repository.fetch({ url: `${proxy.url}/state.git`, branch: "main" }, stop.signal);
    await met.promise;
    stop.abort(new Error("stopping"));
    await expect(fetching).rejects.toThrow("stopping");
    await nobodyHoldsOn();
  });
});

/** What every process of this machine that is git shows of itself. */
async function gitsArguments(): Promise<string> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  const gits = lines.filter((line) => line.includes(proxy.url));
  expect(gits.length).toBeGreaterThan(0);
  return gits.join("\n");
}

describe("our copy", { timeout: 60_000 }, () => {
  it("is ended while it fills the disk, which is returned", async () => {
    repository = opened({ most: { bytes: 1_000_000, packs: 500 } });
    await server.commit(1, { "cluster.yaml": randomBytes(2_000_000).toString("hex") });
    proxy.arm({ match: { verb: "post", nth: 2 }, action: { type: "freeze", afterBytes: 1_500_000 } });
    await expect(fetched()).rejects.toThrow("the repository is too large");
    await nobodyHoldsOn();
    await expect(readdir(directory)).rejects.toThrow("ENOENT");
  });

  it.each([
    ["takes too many bytes", { bytes: 200_000, packs: 500 }],
    ["has too many packs", { bytes: 1_000_000_000, packs: 1 }],
  ])("is begun anew once it %s, and not before", async (_, most) => {
    repository = opened({ most });
    await server.commit(1, { "cluster.yaml": randomBytes(40_000).toString("hex") });
    await fetched();
    const before = await begun();
    await server.commit(2, { "cluster.yaml": randomBytes(200_000).toString("hex") });
    await fetched();
    expect(await begun()).toBe(before);
    const id = await server.commit(3, { "cluster.yaml": "a: 1\n" });
    expect((await fetched()).id).toBe(id);
    expect(await begun()).not.toBe(before);
  });

  it("is whole again after bytes of it were lost, which a fetch does not see", async () => {
    const id = await server.commit(1, { "cluster.yaml": "a: 1\n" });
    await fetched();
    const packs = join(directory, "objects/pack");
    const name = (await readdir(packs)).find((one) => one.endsWith(".pack")) ?? "";
    const bytes = await readFile(join(packs, name));
    bytes.fill(0, bytes.length - 26, bytes.length - 20); // the end of the last object; twenty bytes of checksum follow
    await rm(join(packs, name));
    await writeFile(join(packs, name), bytes);
    await fetched();
    await expect(textOf(id)).rejects.toMatchObject({ name: "GitFailed" });
    await fetched();
    expect(await textOf(id)).toEqual({ "cluster.yaml": 5 });
  });

  it.each(["shallow.lock", "refs/skypanel/state.lock", "config.lock", "HEAD.lock"])(
    "minds no lock that a killed run left: %s",
    async (lock) => {
      const id = await server.commit(1, { "cluster.yaml": "a: 1\n" });
      await mkdir(join(directory, "refs/skypanel"), { recursive: true });
      await writeFile(join(directory, lock), "");
      expect((await fetched()).id).toBe(id);
      await writeFile(join(directory, lock), "");
      const next = await server.commit(2, { "cluster.yaml": "a: 2\n" });
      expect((await fetched()).id).toBe(next);
    },
  );

  it("holds no hook, and no work tree", async () => {
    await server.commit(1, { "cluster.yaml": "a: 1\n" });
    await fetched();
    expect(await readdir(directory)).not.toEqual(expect.arrayContaining(["hooks"]));
    expect(await readdir(directory)).not.toEqual(expect.arrayContaining(["cluster.yaml"]));
  });
});
