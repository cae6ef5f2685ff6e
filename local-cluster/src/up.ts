import { parseArgs } from "node:util";
import { openCluster } from "./cluster/open.ts";
import { inside } from "./cluster/plan.ts";
import { reportFailure } from "./machine/failure.ts";
import { listenForInterrupt } from "./machine/interrupt.ts";
import { createProgress } from "./machine/progress.ts";
import { buildPrograms } from "./programs/build.ts";
import { prepareMachine } from "./programs/prepare.ts";

// npm run local:up [-- --name w2] [--keep] [--fast] [--ingress-port 8000] [--programs]
const { values } = parseArgs({
  options: {
    name: { type: "string", default: "local" },
    keep: { type: "boolean", default: false },
    fast: { type: "boolean", default: false },
    programs: { type: "boolean", default: false },
    "ingress-port": { type: "string" },
  },
});

const progress = createProgress((line) => process.stdout.write(line));

try {
  await (values.programs ? compile() : up());
  // A compiler may still be at work for a cluster that is no longer wanted.
  process.exit();
} catch (error) {
  reportFailure(error);
}

/** Fills the cache with every program, so that a later start does not wait for a compiler. */
async function compile(): Promise<void> {
  await prepareMachine(progress);
  await Promise.all(Object.values(buildPrograms(progress)));
}

async function up(): Promise<void> {
  const ingressPort = values["ingress-port"] === undefined ? undefined : Number(values["ingress-port"]);
  const { name, keep, fast } = values;
  const interrupt = listenForInterrupt();
  const cluster = await openCluster({ name, keep, durable: !fast, exposedPorts: [], ingressPort }, progress);
  const ready = Promise.all([cluster.registry, cluster.metrics]).then(() => "ready" as const);
  try {
    if ((await Promise.race([ready, interrupt.wanted])) === "ready") {
      progress.say(`cluster ${name} is ready: KUBECONFIG=${cluster.plan.kubeconfig}`);
      const { ingressPort, nodeAddress } = cluster.plan.network;
      progress.say(`apps answer at http://<app>.localhost:${ingressPort}`);
      const port = inside.registryNodePort;
      progress.say(`images pushed to ${nodeAddress}:${port} are called localhost:${port}/… in the cluster`);
      if (keep) return;
      progress.say("Ctrl-C stops it");
      await interrupt.wanted;
    }
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  await progress.step("stopping the cluster", () => cluster.stop());
}
