import { kinds } from "@skypanel/crds/kinds.ts";
import { GROUP } from "@skypanel/crds/meta.ts";
import type { Kubectl } from "./kubectl.ts";

const settings = "clustersettings";
const everyMillis = 500;
const patienceMillis = 120_000;

/**
 * Waits until no object of our kinds is left in the cluster, and no namespace of a tenant (oracle O1: what was made was
 * removed). Throws an Error that names what stayed after two minutes. Settings stay: they are the cluster's.
 */
export async function nothingLeft(kubectl: Kubectl): Promise<void> {
  const until = performance.now() + patienceMillis;
  for (;;) {
    const left = await leftovers(kubectl);
    if (left.length === 0) return;
    if (performance.now() > until) throw new Error(`the tests left behind: ${left.join(", ")}`);
    await new Promise((done) => setTimeout(done, everyMillis));
  }
}

/** `kind/namespace/name` of each object of our kinds and each tenant's namespace. */
async function leftovers(kubectl: Kubectl): Promise<string[]> {
  const plurals = kinds.map(({ plural }) => plural).filter((plural) => plural !== settings);
  const served = (await kubectl(["api-resources", `--api-group=${GROUP}`, "--output=name"])).split("\n");
  const ours = plurals.map((plural) => `${plural}.${GROUP}`).filter((name) => served.includes(name));
  const print = ["--output=jsonpath={range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name}{'\\n'}{end}"];
  const objects = ours.length === 0 ? "" : await kubectl(["get", ours.join(","), "--all-namespaces", ...print]);
  const places = await kubectl(["get", "namespaces", `--selector=${GROUP}/tenant`, ...print]);
  return `${objects}\n${places}`.split("\n").filter((line) => line !== "");
}
