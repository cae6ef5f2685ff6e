import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "@skypanel/crds/limits.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type GitServer, gitServer } from "../../../e2e/harness/git-server.ts";
import { type HostileEntry, plant } from "../../../e2e/operator/hostile-tree.ts";
import { createParser } from "./parse-in-worker.ts";
import { openRepository } from "./repository-git.ts";
import { type TreeReader, treeReader } from "./tree-gather.ts";

const { signal } = new AbortController();
const parser = createParser(systemClock);
let server: GitServer;
let directory: string;
let reader: TreeReader;
let reads: (readonly string[])[];

beforeEach(async () => {
  server = await gitServer();
  directory = await mkdtemp(join(tmpdir(), "skypanel-limits-"));
  reads = [];
});

afterEach(async () => {
  await parser.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function planted(seq: number, entries: readonly HostileEntry[]): Promise<string> {
  const repository = openRepository({ directory, allowInsecure: true, clock: systemClock });
  reader = treeReader(
    {
      ...repository,
      read: (blobs, until) => {
        reads.push(blobs);
        return repository.read(blobs, until);
      },
    },
    parser,
  );
  const id = await plant(server, seq, entries);
  await repository.fetch({ url: server.url, branch: "main" }, signal);
  return id;
}

const modules = (count: number): HostileEntry[] =>
  Array.from({ length: count }, (_, index) => ({ path: `m${index}`, mode: "160000", content: "nowhere" }));

it("a tree of 50,000 entries is read, one of more is refused as a whole", { timeout: 60_000 }, async () => {
  const full = await planted(1, modules(limits.desired.treeFiles));
  expect(await reader.read(full, signal)).toMatchObject({ isWhole: true, ignored: limits.desired.treeFiles });
  const over = await planted(2, modules(limits.desired.treeFiles + 1));
  await expect(reader.read(over, signal)).rejects.toThrow("the tree holds more than 50000 files");
});

it("64 MiB of changes are read at a time, and each only once", { timeout: 60_000 }, async () => {
  const count = Math.floor(limits.desired.changedBytes / limits.desired.fileBytes) + 44;
  const content = Buffer.from("#".repeat(limits.desired.fileBytes));
  const path = (index: number) => `tenants/acme/apps/a${index}.yaml`;
  const entries = Array.from({ length: count }, (_, index) => ({ path: path(index), mode: "100644", content }));
  const id = await planted(1, entries);
  expect(await reader.read(id, signal)).toMatchObject({ isWhole: false, count });
  expect(await reader.read(id, signal)).toMatchObject({ isWhole: true, count });
  expect(await reader.read(id, signal)).toMatchObject({ isWhole: true, count });
  expect(reads.map((blobs) => blobs.length)).toEqual([count - 44, 44, 0]);
});
