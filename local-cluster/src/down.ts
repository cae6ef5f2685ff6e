import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { clusterFolder, clusterNames } from "./cluster/folder.ts";
import { findCluster } from "./cluster/slots.ts";
import { shutDown } from "./cluster/stop.ts";
import { reportFailure } from "./machine/failure.ts";
import { createProgress } from "./machine/progress.ts";

// npm run local:down [-- --name w2] [--forget]: stops one cluster or all of this work tree; --forget deletes their data too.
const { values } = parseArgs({ options: { name: { type: "string" }, forget: { type: "boolean", default: false } } });
const progress = createProgress((line) => process.stdout.write(line));

try {
  for (const name of values.name === undefined ? clusterNames() : [values.name]) await down(name);
} catch (error) {
  reportFailure(error);
}

async function down(name: string): Promise<void> {
  const folder = clusterFolder(name);
  const plan = findCluster(name, folder);
  if (plan === undefined) return progress.say(`there is no cluster called ${name}`);
  await progress.step(`stopping the cluster ${name}`, () => shutDown(plan));
  if (values.forget) await rm(folder, { recursive: true });
}
