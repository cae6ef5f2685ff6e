import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../e2e/harness/postgres.ts";
import { openRepository } from "../../../operator/src/state/repository-git.ts";
import { withTenant } from "../db/tenant.ts";
import { Refused } from "../errors.ts";
import { runGit } from "./git.ts";
import { append } from "./journal.ts";
import { type Materialiser, materialiser } from "./materialise.ts";
import { revisionOf } from "./revision.ts";
import { stateServer } from "./serve.ts";

let database: TestDatabase;
let scratch: string;
let server: Server;
let url: string;
let first: Materialiser;

beforeAll(async () => {
  database = await testDatabase();
  scratch = await mkdtemp(join(tmpdir(), "skypanel-git-"));
  first = materialiser({ pool: database.pool, scratch: join(scratch, "first") });
  const state = stateServer(first);
  // What the agent's router does: the cluster is known, the rest of the path says which half of the protocol.
  server = createServer((request, response) => {
    const [, clusterId = "", path = ""] = /^\/([^/]+)\.git\/([^?]*)/.exec(request.url ?? "") ?? [];
    const serve = path === "info/refs" ? state.advertise : state.uploadPack;
    serve(clusterId, request, response).catch((error: unknown) => {
      response.writeHead(error instanceof Refused ? 403 : 500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await database.close();
  await rm(scratch, { recursive: true, force: true });
});

async function aCluster(slug: string): Promise<string> {
  const [row] = await database.owner<{ id: string }>(
    "insert into clusters (slug, name, region, base_domain, ingress) values ($1, 'C', 'r', 'c.test', '{}') returning id",
    [slug],
  );
  const id = String(row?.id);
  await commit(id, "cluster.yaml", "kind: ClusterSettings\n");
  return id;
}

async function commit(clusterId: string, path: string, content: string | null): Promise<void> {
  const entry = {
    clusterId,
    orgId: null,
    author: { name: "Ada Ü", email: "ada@acme.example" },
    message: `set ${path}`,
  };
  await withTenant(database.pool, { platform: true }, (tx) => append(tx, entry, [{ path, content }]));
}

const git = (repository: string, ...argv: string[]) => runGit(repository, argv);
const tip = (repository: string) => git(repository, "rev-parse", "refs/heads/main");

describe("desired state over smart HTTP", () => {
  it.each(["0", "2"])("is cloned by git with protocol %s", async (version) => {
    const id = await aCluster(`clone${version}`);
    await commit(id, "tenants/acme/apps/hello.yaml", "kind: App\n");
    const clone = join(scratch, `clone${version}`);
    await git(
      scratch,
      "-c",
      `protocol.version=${version}`,
      "clone",
      "--quiet",
      "--bare",
      "--depth=1",
      `${url}/${id}.git`,
      clone,
    );
    expect(await git(clone, "show", "main:tenants/acme/apps/hello.yaml")).toBe("kind: App\n");
    const log = await git(clone, "log", "-1", "--format=%an <%ae>%n%B");
    expect(log).toBe("Ada Ü <ada@acme.example>\nset tenants/acme/apps/hello.yaml\n\nSeq: 2\n\n");
    const blob = await git(clone, "rev-parse", "HEAD:tenants/acme/apps/hello.yaml");
    expect(blob.trim()).toBe(revisionOf("kind: App\n"));
  });

  it("is fetched by the operator, commit after commit", async () => {
    const id = await aCluster("operator");
    const operator = openRepository({ directory: join(scratch, "operator"), allowInsecure: true, clock: systemClock });
    const signal = AbortSignal.timeout(20_000);
    for (const content of ["kind: App\n", "kind: App # again\n"]) {
      await commit(id, "tenants/acme/apps/hello.yaml", content);
      const fetched = await operator.fetch({ url: `${url}/${id}.git`, branch: "main" }, signal);
      expect(fetched.message).toMatch(/^set tenants\/acme\/apps\/hello.yaml\n\nSeq: \d+\n/);
      const [blob] = await operator.read([revisionOf(content)], signal);
      expect(Buffer.from(blob ?? []).toString()).toBe(content);
    }
  });

  it("holds what was committed the moment before", async () => {
    const id = await aCluster("fresh");
    const clone = join(scratch, "fresh");
    await git(scratch, "clone", "--quiet", "--bare", "--depth=1", `${url}/${id}.git`, clone);
    for (const content of ["a\n", "b\n", null]) {
      await commit(id, "tenants/acme/apps/hello.yaml", content);
      await git(clone, "fetch", "--quiet", "--depth=1", "origin", "main");
      const files = await git(clone, "ls-tree", "-r", "--name-only", "FETCH_HEAD");
      expect(files.includes("hello.yaml")).toBe(content !== null);
    }
  });

  it("refuses to be pushed to", async () => {
    const id = await aCluster("push");
    const advertised = await fetch(`${url}/${id}.git/info/refs?service=git-receive-pack`);
    expect(advertised.status).toBe(403);
  });

  it("refuses a body that is not a fetch or unpacks too large", async () => {
    const id = await aCluster("bomb");
    const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
      fetch(`${url}/${id}.git/git-upload-pack`, { method: "POST", body, headers });
    const type = { "content-type": "application/x-git-upload-pack-request" };
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(2 * 1024 * 1024)));
    expect((await post("0000", {})).status).toBe(403);
    expect(await (await post(bomb, { ...type, "content-encoding": "gzip" })).text()).toContain("TooLarge");
    expect(await (await post("no gzip", { ...type, "content-encoding": "gzip" })).text()).toContain("unpacked");
  });
});

describe("a materialised repository", () => {
  it("T-F22 has identical hashes on two replicas, one built in steps", async () => {
    const id = await aCluster("twins");
    const second = materialiser({ pool: database.pool, scratch: join(scratch, "second") });
    const stepped = await first.materialise(id);
    for (const [path, content] of [
      ["a.yaml", "1\n"],
      ["b/c.yaml", "2\n"],
      ["a.yaml", null],
    ] as const) {
      await commit(id, path, content);
      await first.materialise(id);
    }
    const whole = await second.materialise(id);
    expect(whole).not.toBe(stepped);
    expect(await tip(whole)).toBe(await tip(stepped));
    expect((await git(whole, "rev-list", "--count", "main")).trim()).toBe("4");
  });

  it("T-F22 comes back with the same hashes after its disk is lost", async () => {
    const id = await aCluster("lost");
    const repository = await first.materialise(id);
    const before = await tip(repository);
    await rm(repository, { recursive: true });
    expect(await tip(await first.materialise(id))).toBe(before);
  });

  it("T-F22 is rebuilt when an object is damaged", async () => {
    const id = await aCluster("damaged");
    const repository = await first.materialise(id);
    const hash = (await tip(repository)).trim();
    await truncate(join(repository, "objects", hash.slice(0, 2), hash.slice(2)), 0).catch(async () => {
      await rm(join(repository, "objects", "pack"), { recursive: true });
    });
    first.doubt(id);
    expect((await tip(await first.materialise(id))).trim()).toBe(hash);
    expect(await git(repository, "cat-file", "-t", hash)).toBe("commit\n");
  });

  it("T-F22 is not held up by the lock of a killed git", async () => {
    const id = await aCluster("locked");
    const repository = await first.materialise(id);
    await writeFile(join(repository, "refs/heads/main.lock"), "");
    first.doubt(id);
    await commit(id, "a.yaml", "1\n");
    expect(await git(await first.materialise(id), "show", "main:a.yaml")).toBe("1\n");
  });

  it("follows a long journal in order and packs it", async () => {
    const id = await aCluster("long");
    await database.owner(
      `with made as (insert into desired_commits (cluster_id, seq, author_name, author_email, message)
         select $1, n, 'Ada', 'ada@acme.example', 'commit ' || n from generate_series(2, 1001) n returning seq)
       insert into desired_changes (cluster_id, seq, path, content)
       select $1, n, 'a.yaml', n || E'\\n' from generate_series(2, 1001) n`,
      [id],
    );
    await database.owner("update clusters set desired_seq = 1001 where id = $1", [id]);
    const repository = await first.materialise(id);
    const numbers = (
      await git(repository, "log", "--reverse", "--format=%(trailers:key=Seq,valueonly,separator=)", "main")
    )
      .trim()
      .split("\n");
    expect(numbers).toEqual(Array.from({ length: 1001 }, (_, n) => String(n + 1)));
    expect(await git(repository, "count-objects", "-v")).toMatch(/^packs: [12]$/m);
  });

  it("shares one run among those who ask at once", async () => {
    const id = await aCluster("crowd");
    const paths = await Promise.all(Array.from({ length: 20 }, () => first.materialise(id)));
    expect(new Set(paths).size).toBe(1);
  });

  it("does not exist for a cluster that does not", async () => {
    await expect(first.materialise("00000000-0000-4000-8000-000000000000")).rejects.toMatchObject({
      reason: "NotFound",
    });
  });
});
