import { seriesIn } from "./metrics-page.ts";
import type { World } from "./world.ts";

/** Where `npm start` and the setup of a run install the operator. */
export const operatorNamespace = "skypanel-system";
export const operatorPods = ["-n", operatorNamespace, "-l", "app.kubernetes.io/name=skypanel-operator"];

const proxied = (pod: string) => `/api/v1/namespaces/${operatorNamespace}/pods/${pod}:9090/proxy/metrics`;

/** Sum of a counter or gauge over its labels and over all operator pods, read through the API server. */
export async function operatorMetric(world: World, name: string): Promise<number> {
  const names = await world.run(["get", "pods", ...operatorPods, "-o", "jsonpath={.items[*].metadata.name}"]);
  const pages = await Promise.all(names.split(" ").map((pod) => world.run(["get", "--raw", proxied(pod)])));
  return pages.reduce((sum, page) => sum + (seriesIn(page, name) ?? 0), 0);
}
