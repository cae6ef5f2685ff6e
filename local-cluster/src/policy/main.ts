// Makes the kernel follow the NetworkPolicies of the cluster whose kubeconfig is the argument. It runs in the network
// namespace of the cluster's node, so its rules touch nothing else and are gone with it.
import { attempt, run } from "../machine/run.ts";
import { coalesce } from "./coalesce.ts";
import { chainNames, POLICY_CHAIN, restoreInput, savedChains } from "./iptables.ts";
import type { Namespace, Pod, Policy, World } from "./objects.ts";
import { verdicts } from "./verdict.ts";
import { follow, readApi } from "./watch.ts";

const [kubeconfig = ""] = process.argv.slice(2);
const api = readApi(kubeconfig);
const world: { -readonly [part in keyof World]?: World[part] } = {};
const rules = { chains: savedChains(await run("iptables-save", ["-t", "filter"])), input: "" };

const changed = coalesce(applyWorld, (error) => {
  console.error(error);
  process.exit(1);
});

/** Writes the rules once everything they depend on was seen, and only when they differ from those written before. */
async function applyWorld(): Promise<void> {
  const { pods, namespaces, policies } = world;
  if (!pods || !namespaces || !policies) return;
  const wanted = verdicts({ pods, namespaces, policies });
  const input = restoreInput(wanted, rules.chains);
  if (input === rules.input) return;
  await run("iptables-restore", ["--noflush", "--wait"], { input });
  // Traffic to pods and between them is forwarded; traffic of pods to the API server ends at the node.
  await Promise.all(["FORWARD", "INPUT"].map(hook));
  Object.assign(rules, { chains: chainNames(wanted), input });
}

async function hook(chain: string): Promise<void> {
  const there = (await attempt("iptables", ["-w", "-C", chain, "-j", POLICY_CHAIN])).code === 0;
  if (!there) await run("iptables", ["-w", "-I", chain, "-j", POLICY_CHAIN]);
}

await Promise.race([
  follow<Pod>(api, "/api/v1/pods", (pods) => {
    world.pods = pods;
    changed();
  }),
  follow<Namespace>(api, "/api/v1/namespaces", (namespaces) => {
    world.namespaces = namespaces;
    changed();
  }),
  follow<Policy>(api, "/apis/networking.k8s.io/v1/networkpolicies", (policies) => {
    world.policies = policies;
    changed();
  }),
]);
