import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, signedIn } from "../e2e/harness/api.ts";
import { type Kubectl, kubectl } from "../e2e/harness/kubectl.ts";
import { quantile, spread } from "./measure.ts";

interface Access {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  readonly kubeconfig: string;
  readonly organisation: string;
}

interface Ring {
  readonly access: Access;
  readonly api: ApiClient;
  readonly run: Kubectl;
  readonly namespace: string;
}

const program = process.env.KUBECTL ?? "kubectl";
const rounds = 20;
const creations = 3;
const web = { name: "web", type: "Web" as const, port: 8080, replicas: 1, cpuMillicores: 20, memoryMiB: 64 };
const idle = { name: "idle", type: "Worker" as const, replicas: 0, cpuMillicores: 50, memoryMiB: 64 };

/** Resolves with the instant at which a watch of `kubectl get` first prints a line that `wanted` accepts. */
function firstSeen(
  ring: Ring,
  args: readonly string[],
  wanted: (line: string) => boolean,
): { ready: Promise<void>; seen: Promise<number> } {
  const child = spawn(
    program,
    ["--kubeconfig", ring.access.kubeconfig, "-n", ring.namespace, "get", "--watch", ...args],
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

const params = (ring: Ring, app: string) => ({ org: ring.access.organisation, app });

async function untilLive(ring: Ring, app: string): Promise<string> {
  for (;;) {
    await sleep(200);
    const view = await ring.api.call("GET /orgs/{org}/apps/{app}", { params: params(ring, app) });
    if (view.status.phase === "Live" && view.status.observedRevision === view.revision) return view.revision;
  }
}

/** Milliseconds from saving a new size of a process without instances to its Deployment's change on the worker. */
async function saveToDeployment(ring: Ring, app: string, cpuMillicores: number): Promise<number> {
  const { revision } = await ring.api.call("GET /orgs/{org}/apps/{app}", { params: params(ring, app) });
  const column = "jsonpath={.spec.template.spec.containers[0].resources.limits.cpu}{'\\n'}";
  const watch = firstSeen(ring, ["deployment", `${app}-idle`, "-o", column], (line) => line === `${cpuMillicores}m`);
  await watch.ready;
  const from = performance.now();
  const body = { processes: [web, { ...idle, cpuMillicores }] };
  await ring.api.call("PATCH /orgs/{org}/apps/{app}", { params: params(ring, app), body, revision });
  return (await watch.seen) - from;
}

/** Milliseconds from creating an app to its first pod Ready. */
async function saveToReady(ring: Ring, app: string): Promise<number> {
  const from = performance.now();
  const body = {
    name: app,
    cluster: "local",
    image: { reference: "localhost/skypanel/hello:1" },
    processes: [web, idle],
  };
  await ring.api.call("POST /orgs/{org}/apps", { params: { org: ring.access.organisation }, body });
  const ready = "jsonpath={.status.conditions[?(@.type=='Ready')].status}{'\\n'}";
  const watch = firstSeen(ring, ["pods", "-l", `paas.skypanel.io/app=${app}`, "-o", ready], (line) => line === "True");
  return (await watch.seen) - from;
}

/** Milliseconds from a foreign edit of a Deployment to its repair, the edit's own call and kubectl's start included. */
async function driftToHealed(ring: Ring, app: string): Promise<number> {
  const column = "jsonpath={.spec.revisionHistoryLimit}{'\\n'}";
  let isEdited = false;
  const watch = firstSeen(ring, ["deployment", `${app}-idle`, "-o", column], (line) => {
    if (line === "9") isEdited = true;
    return isEdited && line !== "9";
  });
  await watch.ready;
  const from = performance.now();
  const edit = '{"spec":{"revisionHistoryLimit":9}}';
  await ring.run(["-n", ring.namespace, "patch", "deployment", `${app}-idle`, "--type=merge", "--patch", edit]);
  return (await watch.seen) - from;
}

async function remove(ring: Ring, app: string): Promise<void> {
  const { revision } = await ring.api.call("GET /orgs/{org}/apps/{app}", { params: params(ring, app) });
  await ring.api.call("DELETE /orgs/{org}/apps/{app}", {
    params: params(ring, app),
    query: { confirm: app },
    revision,
  });
}

async function repeat(ring: Ring): Promise<unknown> {
  const name = () => `bench-${randomInt(36 ** 5).toString(36)}`;
  const created: number[] = [];
  for (let round = 0; round < creations; round += 1) {
    const app = name();
    created.push(await saveToReady(ring, app));
    await untilLive(ring, app);
    await remove(ring, app);
  }
  const app = name();
  await saveToReady(ring, app);
  await untilLive(ring, app);
  const [saved, healed]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    saved.push(await saveToDeployment(ring, app, 100 + round));
    healed.push(await driftToHealed(ring, app));
  }
  await remove(ring, app);
  return {
    saveToDeploymentMs: spread(saved),
    driftToHealedMs: spread(healed),
    saveToReadyMs: { p50: quantile(created, 0.5), max: quantile(created, 1) },
  };
}

/** The ring of a product that `npm start` runs, by `.local/access.json`; kubectl is `$KUBECTL` or on the path. */
export async function ring(): Promise<unknown> {
  const access = JSON.parse(await readFile(".local/access.json", "utf8")) as Access; // written by npm start
  const api = await signedIn(access.url, access.email, access.password);
  const namespace = `sp-${access.organisation}`;
  const world: Ring = { access, api, run: kubectl(program, access.kubeconfig), namespace };
  const repeats = [];
  for (let index = 0; index < 3; index += 1) repeats.push(await repeat(world));
  return { rounds, creations, repeats };
}
