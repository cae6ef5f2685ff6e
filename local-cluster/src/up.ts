import { parseArgs } from "node:util";
import { bootCluster } from "./cluster/boot.ts";
import { clusterFolder } from "./cluster/folder.ts";
import { claimCluster } from "./cluster/slots.ts";
import { shutDown } from "./cluster/stop.ts";
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
  await prepareMachine(progress);
  await (values.programs ? Promise.all(Object.values(buildPrograms(progress))) : up());
  // A compiler may still be at work for a cluster that is no longer wanted.
  process.exit();
} catch (error) {
  reportFailure(error);
}

async function up(): Promise<void> {
  const port = values["ingress-port"] === undefined ? undefined : Number(values["ingress-port"]);
  const plan = await claimCluster(values.name, clusterFolder(values.name), port);
  const interrupt = listenForInterrupt();
  const options = { keep: values.keep, durable: !values.fast, exposedPorts: [] };
  const booted = bootCluster(plan, buildPrograms(progress), options, progress).then(() => "ready" as const);
  try {
    if ((await Promise.race([booted, interrupt.wanted])) === "ready") {
      progress.say(`cluster ${plan.name} is ready: KUBECONFIG=${plan.kubeconfig}`);
      progress.say(`apps answer at http://<app>.localhost:${plan.network.ingressPort}`);
      if (values.keep) return;
      progress.say("Ctrl-C stops it");
      await interrupt.wanted;
    }
  } catch (error) {
    await shutDown(plan);
    throw error;
  }
  await progress.step("stopping the cluster", () => shutDown(plan));
}
