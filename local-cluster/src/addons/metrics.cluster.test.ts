import { beforeAll, expect, inject, it } from "vitest";
import { run } from "../machine/run.ts";
import { waitFor } from "../machine/wait.ts";
import { metricsApi } from "./metrics.ts";

const kubectl = (args: readonly string[]) => run(inject("kubectl"), ["--kubeconfig", inject("kubeconfig"), ...args]);
const available = 'jsonpath={.status.conditions[?(@.type=="Available")].status}';

beforeAll(() =>
  // A test cluster is handed over when it is ready; its metrics follow.
  waitFor({ what: "the metrics", deadlineMs: 120_000 }, async () => {
    const said = kubectl(["get", "apiservice", metricsApi.metadata.name, `--output=${available}`]);
    return (await said.catch(() => "none yet")) === "True";
  }),
);

it("tells the processor time and memory of every pod", async () => {
  const top = () => kubectl(["top", "pods", "--namespace=kube-system", "--no-headers"]);
  await expect.poll(top, { timeout: 60_000, interval: 500 }).toMatch(/^coredns-\S+ +\d+m +\d+Mi/m);
});

it("tells what the machine uses", async () => {
  const top = () => kubectl(["top", "nodes", "--no-headers"]).catch(String);
  await expect.poll(top, { timeout: 60_000, interval: 500 }).toMatch(/ \d+m +\d+% +\d+Mi/);
});
