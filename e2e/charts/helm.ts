import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { readYaml } from "@skypanel/crds/yaml.ts";

const run = promisify(execFile);
const charts = join(import.meta.dirname, "../../helm");

export type Chart = "skypanel" | "skypanel-operator";

/** Helm against one cluster: standard output of one call; throws with standard error when it refuses. */
export type Helm = (args: readonly string[]) => Promise<string>;

/** Returns Helm bound to a kubeconfig; each call ends after 60 s. */
export function helm(program: string, kubeconfig: string): Helm {
  return async (args) => {
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    return (await run(program, [...args], { env, timeout: 60_000, maxBuffer: 64 * 2 ** 20 })).stdout;
  };
}

/** The folder of one of our charts. */
export const chartFolder = (chart: Chart): string => join(charts, chart);

/** A manifest of a rendered chart, as far as tests look into it. */
export interface Rendered {
  kind: string;
  metadata: { name: string };
  spec?: { replicas?: number; template?: { spec: PodSpec } };
  rules?: RoleRule[];
}

export interface RoleRule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

export interface PodSpec extends Readonly<Record<string, unknown>> {
  containers: Container[];
  initContainers?: Container[];
}

interface Container {
  env: { name: string; value?: string; valueFrom?: unknown }[];
}

/** The manifests in what `helm template` printed. Throws for YAML that our own reader refuses. */
export function manifestsOf(output: string): Rendered[] {
  const texts = output.split(/^---$/m).filter((text) => /^kind:/m.test(text));
  return texts.map((text) => {
    const read = readYaml(text);
    if (!read.ok) throw new Error(`the chart renders YAML that is refused: ${JSON.stringify(read.problems)}\n${text}`);
    return read.value as Rendered; // judged by the API server in a test of its own
  });
}
