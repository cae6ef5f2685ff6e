import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { writeYaml } from "@skypanel/crds/yaml.ts";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GitServer, gitServer } from "../../../e2e/harness/git-server.ts";
import { aSource } from "../../../e2e/operator/a-source.ts";
import { type HostileEntry, plant } from "../../../e2e/operator/hostile-tree.ts";
import { aFile, aManifest, appliedTo, aTree } from "./a-tree.ts";
import { createParser } from "./parse-in-worker.ts";
import { placeOf } from "./place.ts";
import { type Plan, plan } from "./plan.ts";
import { openRepository, type Repository } from "./repository-git.ts";
import { type ReadTree, treeReader } from "./tree-gather.ts";

type Expected = "applied" | "broken" | "ignored" | "refused";

interface Case {
  readonly at: string;
  readonly path: string;
  readonly kind: string;
  readonly expected: Expected;
}

const text = await readFile(new URL("./corpus/trees.txt", import.meta.url), "utf8");
const canaryWord = "the canary sings";
const { signal } = new AbortController();

function unescaped(written: string): string {
  const json = JSON.parse(`"${written.replaceAll('"', '\\"')}"`) as string; // a string's JSON
  return json.replace(/\{(.+?)\*(\d+)\}/g, (_, piece: string, times: string) => piece.repeat(Number(times)));
}

const cases: readonly Case[] = text.split("\n").flatMap((line, index) => {
  if (line === "" || line.startsWith("#")) return [];
  const [, path = "", kind = "", expected] = /^"(.*?)", (.*), (\w+)$/.exec(line) ?? [];
  if (expected === undefined) throw new SyntaxError(`trees.txt:${index + 1}: ${line}`);
  const said = expected as Expected; // checked by what becomes of it
  return [
    {
      at: `trees.txt:${index + 1} ${line.slice(0, 100)}`,
      path: unescaped(path),
      kind: unescaped(kind),
      expected: said,
    },
  ];
});

/** What the control plane would write at `path`; where it would write nothing, an app that must never run. */
function manifestAt(path: string): Record<string, unknown> {
  return aManifest(placeOf(path) === undefined ? "tenants/acme/apps/canary.yaml" : path);
}

function contentOf(path: string, kind: string): string {
  const manifest = manifestAt(path);
  const metadata = Object(manifest.metadata);
  const [, what = kind, argument = ""] =
    /^(of kind|of version|named|in namespace|asking for|with|of text|of \d+ bytes)(?: (.*))?$/s.exec(kind) ?? [];
  const written = (change: object) => writeYaml({ ...manifest, ...change });
  switch (what) {
    case "of kind":
      return written({ kind: argument });
    case "of version":
      return written({ apiVersion: argument });
    case "named":
      return written({ metadata: { ...metadata, name: argument } });
    case "in namespace":
      return written({ metadata: { ...metadata, namespace: argument } });
    case "in no namespace":
      return written({ metadata: { name: metadata.name } });
    case "asking for":
      return written({ spec: { namespace: argument } });
    case "with":
      return written({ metadata: { ...metadata, [argument]: argument === "ownerReferences" ? [{ uid: "x" }] : "1" } });
    case "of text":
      return argument;
    default:
      return /^of \d+ bytes$/.test(kind) ? "#".repeat(Number(kind.split(" ")[1])) : writeYaml(manifest);
  }
}

function entryOf({ path, kind }: Case, canary: string): HostileEntry {
  const content = Buffer.from(contentOf(path, kind));
  const [word, ...rest] = kind.split(" ");
  switch (word) {
    case "link":
      return { path, mode: "120000", content: Buffer.from(rest.join(" ").replaceAll("CANARY", canary)) };
    case "gitlink":
      return { path, mode: "160000", content: "nowhere" };
    case "program":
      return { path, mode: "100755", content };
    case "mode":
      return { path, mode: rest[0] ?? "", content };
    case "missing":
      return { path, mode: "100644", content: "nowhere" };
    default:
      return { path, mode: "100644", content, twice: kind.endsWith("twice"), first: kind.endsWith("first") };
  }
}

let server: GitServer;
let home: string;
let canary: string;
let repository: Repository;
const parser = createParser(systemClock);

beforeAll(async () => {
  server = await gitServer();
  home = await mkdtemp(join(tmpdir(), "skypanel-trees-"));
  canary = join(home, "canary");
  await writeFile(canary, canaryWord);
  repository = openRepository({ directory: join(home, "state"), allowInsecure: true, clock: systemClock });
});

afterAll(async () => {
  await parser.close();
  await server.close();
  await rm(home, { recursive: true, force: true });
});

const remote = () => ({ url: server.url, branch: "main" });
const accepted = cases.filter(({ expected }) => expected !== "refused");
const refused = cases.filter(({ expected }) => expected === "refused");

describe("T-B12 a hostile tree", { timeout: 120_000 }, () => {
  let tree: ReadTree;
  let planned: Plan;

  beforeAll(async () => {
    expect(cases.length).toBeGreaterThanOrEqual(120);
    await plant(
      server,
      1,
      accepted.map((one) => entryOf(one, canary)),
    );
    const { id } = await repository.fetch(remote(), signal);
    tree = await treeReader(repository, parser).read(id, signal);
    planned = plan(tree, appliedTo(aTree([aFile("tenants/acme.yaml")])));
  }, 60_000);

  it.each(accepted.map((one) => [one.at, one] as const))("%s", (_, { path, expected }) => {
    const isApplied = planned.apply.some(({ place }) => place.path === path);
    const isBroken = planned.broken.some((problem) => problem.path === path);
    expect(isApplied ? "applied" : isBroken ? "broken" : "ignored").toBe(expected);
  });

  it("is counted to the last entry, and lets nothing be removed", () => {
    const count = (expected: Expected) => accepted.filter((one) => one.expected === expected).length;
    expect([planned.apply.length, planned.broken.length]).toEqual([count("applied"), count("broken")]);
    expect([tree.ignored, tree.count]).toEqual([count("ignored"), accepted.length]);
    expect(planned.mayPrune).toBe(false);
  });

  it("O6 says nothing of what its links point to", async () => {
    expect(JSON.stringify([tree, planned])).not.toContain(canaryWord);
    expect([await readFile(canary, "utf8"), (await stat(canary)).size]).toEqual([canaryWord, canaryWord.length]);
  });

  it("O6 leaves the rest applied, in the right places only", async () => {
    const first = accepted.filter(({ path }) => ["cluster.yaml", "tenants/acme.yaml"].includes(path));
    await plant(
      server,
      1,
      first.map((one) => entryOf(one, canary)),
    );
    const at = await aSource(() => server.url);
    await at.reached("Current", 1);
    await plant(
      server,
      2,
      accepted.map((one) => entryOf(one, canary)),
    );
    const status = await at.reached("Failed", 2);
    const broken = accepted.filter(({ expected }) => expected === "broken");
    expect([status?.counts?.broken, status?.problems?.length]).toEqual([broken.length, 20]);
    for (const { path } of accepted.filter(({ expected }) => expected === "applied")) {
      expect(at.find(path)?.metadata.annotations?.["paas.skypanel.io/source"]).toBe(path);
    }
    expect(at.find("tenants/acme/apps/canary.yaml")).toBeUndefined();
    const elsewhere = at.calls("apply").filter((call) => !/ (clustersettings|tenants)\.|\/sp-acme\//.test(call));
    expect(elsewhere).toEqual([]);
    await at.stop();
  });

  it.each(refused.map((one) => [one.at, one] as const))("%s", async (_, one) => {
    const good: HostileEntry = {
      path: "cluster.yaml",
      mode: "100644",
      content: Buffer.from(writeYaml({ a: API_VERSION })),
    };
    await plant(server, 3, [...(one.path === good.path ? [] : [good]), entryOf(one, canary)]);
    await expect(repository.fetch(remote(), signal)).rejects.toMatchObject({ name: "GitFailed" });
  });
});
