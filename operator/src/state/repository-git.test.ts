import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitServer, gitServer } from "../../../e2e/harness/git-server.ts";
import { environment, refusal } from "./git-environment.ts";
import { openRepository, type Repository } from "./repository-git.ts";
import { parseTree } from "./tree.ts";

let server: GitServer;
let directory: string;
let repository: Repository;
const { signal } = new AbortController();
const remote = () => ({ url: server.url, branch: "main" });

beforeEach(async () => {
  server = await gitServer();
  directory = await mkdtemp(join(tmpdir(), "skypanel-state-"));
  repository = openRepository({ directory, allowInsecure: true, clock: systemClock });
});

afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function filesOf(commit: string): Promise<Record<string, string>> {
  const tree = parseTree(await repository.list(commit, signal));
  const files = tree?.files ?? [];
  const bytes = await repository.read(
    files.map(({ blob }) => blob),
    signal,
  );
  return Object.fromEntries(files.map(({ place }, index) => [place.path, Buffer.from(bytes[index] ?? []).toString()]));
}

describe("a fetch", { timeout: 60_000 }, () => {
  it("brings the newest commit and its files, without a checkout", async () => {
    await server.commit(1, { "cluster.yaml": "a: 1\n", "tenants/acme.yaml": "b: 2\n" });
    const id = await server.commit(2, { "tenants/acme.yaml": "", "tenants/acme/apps/shop.yaml": "ü\n" }, "more");
    const commit = await repository.fetch(remote(), signal);
    expect(commit).toEqual({ id, message: "more\n\nSeq: 2\n\n" });
    expect(await filesOf(id)).toEqual({
      "cluster.yaml": "a: 1\n",
      "tenants/acme.yaml": "",
      "tenants/acme/apps/shop.yaml": "ü\n",
    });
    expect((await readdir(directory)).filter((name) => name.endsWith(".yaml"))).toEqual([]);
  });

  it("sends the credential to the host, and never as an argument", async () => {
    await server.commit(1, { "cluster.yaml": "a: 1\n" });
    await repository.fetch({ ...remote(), token: "secret-token" }, signal);
    expect([...server.authorizations]).toEqual(["Bearer secret-token"]);
  });

  it("follows a branch that was rewritten", async () => {
    await server.commit(1, { "cluster.yaml": "a: 1\n" });
    await repository.fetch(remote(), signal);
    await server.restart();
    const id = await server.commit(5, { "cluster.yaml": "a: 5\n" });
    expect((await repository.fetch(remote(), signal)).id).toBe(id);
  });

  it("begins anew when its own copy is damaged", async () => {
    const id = await server.commit(1, { "cluster.yaml": "a: 1\n" });
    await repository.fetch(remote(), signal);
    await rm(join(directory, "objects"), { recursive: true });
    await rm(join(directory, "HEAD"));
    expect((await repository.fetch(remote(), signal)).id).toBe(id);
  });
});

describe("T-F28 a source that is not one", { timeout: 60_000 }, () => {
  it.each([
    ["no branch", () => undefined],
    ["an error", () => server.answer((_, response) => response.writeHead(500).end())],
    [
      "a page of HTML",
      () => server.answer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>")),
    ],
    [
      "a redirect",
      () => server.answer((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/x" }).end()),
    ],
    ["half a pack", () => server.answer((_, response) => response.destroy())],
  ])("is refused with git's own word: %s", async (_, arrange) => {
    arrange();
    await expect(repository.fetch(remote(), signal)).rejects.toMatchObject({ name: "GitFailed" });
  });

  it("works again once the source does", async () => {
    const id = await server.commit(1, { "cluster.yaml": "a: 1\n" });
    server.answer((_, response) => response.writeHead(503).end());
    await expect(repository.fetch(remote(), signal)).rejects.toThrow();
    server.answer(undefined);
    expect((await repository.fetch(remote(), signal)).id).toBe(id);
  });

  it("ends at once when it is told to stop", async () => {
    server.answer(() => undefined); // never answers
    const stop = new AbortController();
    const fetching = repository.fetch(remote(), stop.signal);
    stop.abort(new Error("stopping"));
    await expect(fetching).rejects.toThrow("stopping");
  });
});

describe("T-B08 an address git must not see", { timeout: 60_000 }, () => {
  const options = { directory: "/none", allowInsecure: false };
  it.each([
    ["ext::sh -c true", "main", "only https is allowed"],
    ["ext::sh", "main", "only https is allowed"],
    ["file:///etc", "main", "only https is allowed"],
    ["ssh://git@host/x", "main", "the address must hold no credentials"],
    ["http://host/x", "main", "only https is allowed"],
    ["https://user@host/x", "main", "the address must hold no credentials"],
    ["https://user:word@host/x", "main", "the address must hold no credentials"],
    ["-oProxyCommand=x", "main", "the address is no URL"],
    ["https://host/x", "-u", "the branch has no such name"],
    ["https://host/x", "a..b", "the branch has no such name"],
    ["https://host/x", "@{-1}", "the branch has no such name"],
    ["https://host/x", "main", undefined],
  ])("%s %s", (url, branch, why) => {
    expect(refusal({ url, branch }, options)).toBe(why);
  });

  it("is refused before git is started", async () => {
    const strict = openRepository({ directory, allowInsecure: false, clock: systemClock });
    await expect(strict.fetch(remote(), signal)).rejects.toThrow("only https is allowed");
  });

  it("leaves the credential to one host, and trusts one authority if told to", () => {
    const given = { url: "https://panel.example:8443/agent/state.git", branch: "main", token: "t" };
    const env = environment({ ...options, caFile: "/trust/ca.crt" }, given);
    expect(env).toMatchObject({
      GIT_ALLOW_PROTOCOL: "https",
      GIT_SSL_CAINFO: "/trust/ca.crt",
      GIT_CONFIG_COUNT: "11",
      GIT_CONFIG_KEY_10: "http.https://panel.example:8443/.extraHeader",
      GIT_CONFIG_VALUE_10: "Authorization: Bearer t",
    });
  });
});

it("finds no file behind a link, a submodule or a program", async () => {
  const person = "A Person <person@example.org> 0 +0000";
  await server.import(
    [
      `commit refs/heads/main\ncommitter ${person}\ndata 8\nSeq: 1\n\n`,
      "M 120000 inline tenants/link.yaml\ndata 11\n/etc/passwd\n",
      "M 100755 inline tenants/tool.yaml\ndata 1\nx\n",
      `M 160000 ${"a".repeat(40)} tenants/module.yaml\n`,
      "M 100644 inline README.md\ndata 1\nx\n",
      "\n",
    ].join(""),
  );
  const { id } = await repository.fetch(remote(), signal);
  const tree = parseTree(await repository.list(id, signal));
  expect(tree?.broken.map(({ path }) => path).sort()).toEqual([
    "tenants/link.yaml",
    "tenants/module.yaml",
    "tenants/tool.yaml",
  ]);
  expect(tree).toMatchObject({ files: [], ignored: 1 });
});
