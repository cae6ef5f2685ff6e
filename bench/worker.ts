import { setTimeout as sleep } from "node:timers/promises";
import { benchName, openProduct, type Product, params, remove, untilPhase } from "./product.ts";

const namespace = "skypanel-system";
const operator = ["-n", namespace, "-l", "app.kubernetes.io/name=skypanel-operator"];
const apps = 100;
const idle = { name: "idle", type: "Worker" as const, replicas: 0 };

/** Resident memory of the operator's process in MiB, one decimal, as its own metrics say. */
async function residentMiB(product: Product): Promise<number> {
  const pod = await product.run(["get", "pods", ...operator, "-o", "jsonpath={.items[0].metadata.name}"]);
  const page = await product.run(["get", "--raw", `/api/v1/namespaces/${namespace}/pods/${pod}:9090/proxy/metrics`]);
  const bytes = Number(/^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)$/m.exec(page)?.[1]);
  return Math.round((bytes / 2 ** 20) * 10) / 10;
}

/** Seconds from the start of a new operator's container until the panel hears from it, with one decimal. */
async function startToHeard(product: Product): Promise<number> {
  const clusters = () => product.api.call("GET /admin/clusters", {});
  const heard = async () => Date.parse((await clusters()).items[0]?.lastHeartbeatAt ?? "");
  await product.run(["delete", "pods", ...operator, "--wait=true"]);
  const begun = "jsonpath={.items[0].status.containerStatuses[0].state.running.startedAt}";
  let startedAt = "";
  while (startedAt === "") {
    await sleep(100);
    startedAt = await product.run(["get", "pods", ...operator, "-o", begun]);
  }
  const from = Date.parse(startedAt);
  while (!((await heard()) > from)) await sleep(100);
  return Math.round(((await heard()) - from) / 100) / 10;
}

async function repeat(product: Product): Promise<unknown> {
  const startS = await startToHeard(product);
  await sleep(75_000); // the thread that reads files ends after a minute without any; heartbeats are all that happens
  const idleMiB = await residentMiB(product);
  const names = Array.from({ length: apps }, benchName);
  const image = { reference: "localhost/skypanel/hello:1" };
  for (const name of names) {
    const body = { name, cluster: "local", image, processes: [idle] };
    await product.api.call("POST /orgs/{org}/apps", { params: { org: product.access.organisation }, body });
  }
  for (const name of names) await untilPhase(product, name, "Stopped"); // as an app without instances is called
  const loadedMiB = await residentMiB(product);
  for (const name of names) await remove(product, name);
  const gone = async () =>
    (await product.api.ask("GET /orgs/{org}/apps", { params: params(product, "") })).text.includes("bench-");
  while (await gone()) await sleep(200);
  return { startS, idleMiB, [`with${apps}AppsMiB`]: loadedMiB };
}

/** The operator of a running product: start to first heartbeat, and memory idle and with 100 apps; three repeats. */
export async function worker(): Promise<unknown> {
  const product = await openProduct();
  const repeats = [];
  for (let index = 0; index < 3; index += 1) repeats.push(await repeat(product));
  return { apps, repeats };
}
