import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { stateFolder } from "./cluster/folder.ts";
import { reportFailure } from "./machine/failure.ts";
import { type Interrupt, listenForInterrupt } from "./machine/interrupt.ts";
import { devServer } from "./product/dev-server.ts";
import { type Product, startProduct } from "./product/product.ts";
import type { WorkerCluster } from "./product/worker-cluster.ts";

// npm start, npm run dev: the whole product on this machine, until Ctrl-C.
const { values } = parseArgs({ options: { dev: { type: "boolean", default: false } } });
const CLUSTER = "local";

const interrupt = listenForInterrupt();
const write = (line: string) => void process.stdout.write(line);

try {
  await main(interrupt);
} catch (error) {
  reportFailure(error);
} finally {
  process.exit();
}

async function main({ wanted }: Interrupt): Promise<void> {
  const folder = stateFolder();
  const options = { folder, cluster: CLUSTER, durable: true, kubeconfig: process.env.KUBECONFIG, write };
  const dev = values.dev ? devServer() : undefined;
  const product = await Promise.race([startProduct({ ...options, ...dev?.options }), wanted]);
  if (!product) return;
  dev?.start(product.panelPort);
  try {
    const worker = await Promise.race([product.worker, wanted]);
    if (worker) {
      announce(folder, product, worker);
      await wanted;
    }
  } finally {
    write("stopping …\n");
    await product.stop();
  }
}

/** Prints and writes down how to get in; only the owner of the file may read it. */
function announce(folder: string, { url, account }: Product, { kubeconfig, ingressPort }: WorkerCluster): void {
  const { email, password, organisation } = account;
  const access = { url, email, password, kubeconfig, organisation };
  const file = join(folder, "access.json");
  writeFileSync(file, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  write(`
SkyPanel is ready.
  Panel      ${url}
  E-mail     ${email}
  Password   ${password}
  Apps       http://<app>.localhost:${ingressPort}
  Kubernetes export KUBECONFIG=${kubeconfig}
This is also in ${file}. Ctrl-C stops everything; the data stays.
`);
}
