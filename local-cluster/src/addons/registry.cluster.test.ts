import { randomUUID } from "node:crypto";
import { beforeAll, expect, inject, it, onTestFinished } from "vitest";
import { inside } from "../cluster/plan.ts";
import { pushImage } from "../images/push.ts";
import { staticProgram } from "../images/static-program.ts";
import { run } from "../machine/run.ts";
import { answers, waitFor } from "../machine/wait.ts";
import { programPath } from "../programs/cache.ts";
import { programs } from "../programs/list.ts";

const port = inside.registryNodePort;
const repository = `test-${randomUUID().slice(0, 8)}`;
const soon = { timeout: 60_000, interval: 200 };
let digest: string;

const kubectl = (args: readonly string[], input = "") =>
  run(inject("kubectl"), ["--kubeconfig", inject("kubeconfig"), ...args], { input });

/** Starts a pod of the given image and returns a question about it; the pod is gone after the test. */
async function aPod(image: string): Promise<(jsonpath: string) => Promise<string>> {
  const name = `registry-${randomUUID().slice(0, 8)}`;
  onTestFinished(async () => void (await kubectl(["delete", "pod", name, "--wait=false"])));
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: "only", image }] };
  await kubectl(
    ["create", "--filename=-"],
    JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec }),
  );
  return (jsonpath) => kubectl(["get", "pod", name, `--output=jsonpath={.status.${jsonpath}}`]);
}

beforeAll(async () => {
  const address = 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}';
  const node = await kubectl(["get", "nodes", `--output=${address}`]);
  // A test cluster is handed over when it is ready; its registry follows.
  await waitFor({ what: "the registry", deadlineMs: 60_000 }, () => answers(`http://${node}:${port}/v2/`));
  const image = staticProgram("pushed", await programPath(programs.pause), "pause");
  digest = await pushImage(inject("crane"), image, `${node}:${port}/${repository}:1`);
});

it("an image pushed from the machine runs by its digest", async () => {
  const status = await aPod(`localhost:${port}/${repository}@${digest}`);
  await expect.poll(() => status("phase"), soon).toBe("Running");
  expect(await status("containerStatuses[0].imageID")).toContain(digest);
});

it("a tag that was never pushed is named in ImagePullBackOff", async () => {
  const image = `localhost:${port}/${repository}:never`;
  const status = await aPod(image);
  await expect.poll(() => status("containerStatuses[0].state.waiting.reason"), soon).toBe("ImagePullBackOff");
  expect(await status("containerStatuses[0].state.waiting.message")).toContain(image);
});
