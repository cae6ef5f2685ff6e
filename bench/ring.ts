import { spawn } from "node:child_process";
import { quantile, spread } from "./measure.ts";
import { benchName, kubectlProgram, openProduct, type Product, params, remove, untilPhase } from "./product.ts";

const rounds = 20;
const creations = 3;
const web = { name: "web", type: "Web" as const, port: 8080, replicas: 1, cpuMillicores: 250, memoryMiB: 64 };
const idle = { name: "idle", type: "Worker" as const, replicas: 0, cpuMillicores: 50, memoryMiB: 64 };

/** Resolves with the instant at which a watch of `kubectl get` first prints a line that `wanted` accepts. */
function firstSeen(
  product: Product,
  args: readonly string[],
  wanted: (line: string) => boolean,
): { ready: Promise<void>; seen: Promise<number> } {
  const child = spawn(
    kubectlProgram,
    ["--kubeconfig", product.access.kubeconfig, "-n", product.namespace, "get", "--watch", ...args],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let rest = "";
  const printed = Promise.withResolvers<void>();
  const seen = new Promise<number>((resolve, reject) => {
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (chunk: string) => {
      const at = performance.now();
      printed.resolve();
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      if (!lines.some(wanted)) return;
      resolve(at);
      child.kill();
    });
    child.once("error", reject);
  });
  return { ready: printed.promise, seen };
}

/** Milliseconds from saving a new size of a process without instances to its Deployment's change on the worker. */
async function saveToDeployment(product: Product, app: string, cpuMillicores: number): Promise<number> {
  const { revision } = await product.api.call("GET /orgs/{org}/apps/{app}", { params: params(product, app) });
  const column = "jsonpath={.spec.template.spec.containers[0].resources.limits.cpu}{'\\n'}";
  const watch = firstSeen(product, ["deployment", `${app}-idle`, "-o", column], (line) => line === `${cpuMillicores}m`);
  await watch.ready;
  const from = performance.now();
  const body = { processes: [web, { ...idle, cpuMillicores }] };
  await product.api.call("PATCH /orgs/{org}/apps/{app}", { params: params(product, app), body, revision });
  return (await watch.seen) - from;
}

/** Milliseconds from creating an app to its first pod Ready. */
async function saveToReady(product: Product, app: string): Promise<number> {
  const from = performance.now();
  const body = {
    name: app,
    cluster: "local",
    image: { reference: "localhost/skypanel/hello:1" },
    processes: [web, idle],
  };
  await product.api.call("POST /orgs/{org}/apps", { params: { org: product.access.organisation }, body });
  const ready = "jsonpath={.status.conditions[?(@.type=='Ready')].status}{'\\n'}";
  const watch = firstSeen(
    product,
    ["pods", "-l", `paas.skypanel.io/app=${app}`, "-o", ready],
    (line) => line === "True",
  );
  return (await watch.seen) - from;
}

/** Milliseconds from a foreign edit of a Deployment to its repair, the edit's own call and kubectl's start included. */
async function driftToHealed(product: Product, app: string): Promise<number> {
  const column = "jsonpath={.spec.revisionHistoryLimit}{'\\n'}";
  let isEdited = false;
  const watch = firstSeen(product, ["deployment", `${app}-idle`, "-o", column], (line) => {
    if (line === "9") isEdited = true;
    return isEdited && line !== "9";
  });
  await watch.ready;
  const from = performance.now();
  const edit = '{"spec":{"revisionHistoryLimit":9}}';
  await product.run(["-n", product.namespace, "patch", "deployment", `${app}-idle`, "--type=merge", "--patch", edit]);
  return (await watch.seen) - from;
}

async function repeat(product: Product): Promise<unknown> {
  const created: number[] = [];
  for (let round = 0; round < creations; round += 1) {
    const app = benchName();
    created.push(await saveToReady(product, app));
    await untilPhase(product, app, "Live");
    await remove(product, app);
  }
  const app = benchName();
  await saveToReady(product, app);
  await untilPhase(product, app, "Live");
  const [saved, healed]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    saved.push(await saveToDeployment(product, app, 100 + round));
    healed.push(await driftToHealed(product, app));
  }
  await remove(product, app);
  return {
    saveToDeploymentMs: spread(saved),
    driftToHealedMs: spread(healed),
    saveToReadyMs: { p50: quantile(created, 0.5), max: quantile(created, 1) },
  };
}

/** The ring of a product that `npm start` runs, by `.local/access.json`; kubectl is `$KUBECTL` or on the path. */
export async function ring(): Promise<unknown> {
  const world = await openProduct();
  const repeats = [];
  for (let index = 0; index < 3; index += 1) repeats.push(await repeat(world));
  return { rounds, creations, repeats };
}
