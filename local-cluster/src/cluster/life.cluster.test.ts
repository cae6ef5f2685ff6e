import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pushImage } from "../images/push.ts";
import { staticProgram } from "../images/static-program.ts";
import { createProgress } from "../machine/progress.ts";
import { run } from "../machine/run.ts";
import { leftovers } from "./leftovers.ts";
import { type OpenCluster, openCluster } from "./open.ts";
import { inside } from "./plan.ts";

const options = { name: "life", keep: false, durable: true, exposedPorts: [] };
const quiet = createProgress(() => undefined);
const before = process.env.SKYPANEL_STATE;
let folder: string;
let cluster: OpenCluster;

const kubectl = (args: readonly string[]) => run(cluster.kubectl, ["--kubeconfig", cluster.plan.kubeconfig, ...args]);

const reference = () => `${cluster.plan.network.nodeAddress}:${inside.registryNodePort}/kept:1`;

/** Puts a small image into the registry and returns its digest. */
async function push(): Promise<string> {
  await cluster.registry;
  const image = staticProgram("kept", await cluster.programs.pause, "pause");
  return pushImage(await cluster.programs.crane, image, reference());
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skypanel-life-"));
  process.env.SKYPANEL_STATE = folder;
  cluster = await openCluster(options, quiet);
  await cluster.ready;
});

afterAll(async () => {
  if (before === undefined) delete process.env.SKYPANEL_STATE;
  else process.env.SKYPANEL_STATE = before;
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

it("a second cluster keeps its objects and images and leaves nothing when stopped", async () => {
  await kubectl(["create", "configmap", "kept", "--from-literal=word=kept"]);
  const digest = await push();
  expect(await leftovers(cluster.plan, folder)).not.toEqual([]);
  await cluster.stop();
  expect(await leftovers(cluster.plan, folder)).toEqual([]);
  cluster = await openCluster(options, quiet);
  await cluster.registry;
  expect(await kubectl(["get", "configmap", "kept", "--output=jsonpath={.data.word}"])).toBe("kept");
  expect((await run(await cluster.programs.crane, ["digest", reference()])).trim()).toBe(digest);
});

it("a cluster given up while it starts leaves nothing", async () => {
  await cluster.stop();
  const given = await openCluster(options, quiet);
  await given.stop();
  expect(await leftovers(given.plan, folder)).toEqual([]);
  cluster = await openCluster(options, quiet);
  await expect(cluster.node).resolves.toBeUndefined();
});

it("a kubeconfig is for its owner's eyes", async () => {
  const mode = await run("stat", ["--format=%a", cluster.plan.kubeconfig]);
  expect(mode.trim()).toBe("600");
});
