import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type DryRun, eightAtATime, openDryRun } from "../../../e2e/harness/dry-run.ts";
import { type Kubectl, kubectl } from "../../../e2e/harness/kubectl.ts";
import { replayLine, seeded, seedsOf } from "../../../e2e/harness/seeds.ts";
import { kinds } from "../kinds.ts";
import { readManifest } from "../manifest.ts";
import type { Kind } from "../meta.ts";
import { attempts } from "./constructs.ts";
import { plantings } from "./corpora.ts";
import { linesOf } from "./corpus.ts";
import { nameOf, type Place, places, planted } from "./places.ts";

const namespace = "sp-corpora";
const asked = 250;
let k: Kubectl;
let server: DryRun;

beforeAll(async () => {
  k = kubectl(inject("kubectl"), inject("kubeconfig"));
  const folder = join(import.meta.dirname, "../../../helm/skypanel-operator/crds");
  await k(["apply", "--server-side", "--force-conflicts", "--filename", folder]);
  const names = kinds.map(({ plural, group }) => `customresourcedefinition/${plural}.${group}`);
  await k(["wait", "--for=condition=Established", "--timeout=30s", ...names]);
  await k(["create", "namespace", namespace]);
  server = await openDryRun(inject("kubectl"), inject("kubeconfig"));
});

afterAll(async () => {
  await server.close();
  await k(["delete", "namespace", namespace]);
});

const collection = ({ group, version, plural, scope }: Kind) =>
  `/apis/${group}/${version}/${scope === "Cluster" ? "" : `namespaces/${namespace}/`}${plural}`;

function judge(place: Place, json: string) {
  const manifest = planted(place, json).replace('"namespace":"sp-corpus"', `"namespace":"${namespace}"`);
  const { kind } = place;
  // The only one of its kind may be there, and be somebody's.
  if (kind.onlyName !== undefined) return server.put(`${collection(kind)}/${kind.onlyName}`, manifest);
  return server.create(collection(kind), manifest);
}

describe.each([
  ["T-B15", "names.txt"],
  ["T-B16", "variables.txt"],
  ["T-B17", "quantities.txt"],
])("%s the API server", (id, file) => {
  it.each(seedsOf(id))("says the same as our edges, seed %i", async (seed) => {
    const all = plantings(linesOf(file, readFileSync(new URL(file, import.meta.url), "utf8")));
    // To the API server a null is nothing at all; only our edges refuse it.
    const some = seeded(seed)
      .shuffled(all.filter(({ line }) => line.json !== "null"))
      .slice(0, asked);
    const verdicts = await eightAtATime(some, ({ place, line }) => judge(place, line.json));
    const wrong = some.flatMap(({ line, place, isTaken }, index) => {
      const { isTaken: was, message } = verdicts[index] ?? { isTaken: undefined, message: "" };
      if (was === isTaken && (was || message.includes(nameOf(place)))) return [];
      return [`${line.at} ${line.json.slice(0, 60)} in ${place.kind.kind} ${nameOf(place)}: ${message || "taken"}`];
    });
    expect(wrong, replayLine(id, seed)).toEqual([]);
  });
});

describe("T-A14 every construct of every schema", () => {
  it.each(seedsOf("T-A14"))("is judged by the API server as by our edges, seed %i", async (seed) => {
    const all = places.flatMap((place) => attempts(place).map((json) => ({ place, json })));
    const some = seeded(seed).shuffled(all).slice(0, asked);
    const verdicts = await eightAtATime(some, ({ place, json }) => judge(place, json));
    const wrong = some.flatMap(({ place, json }, index) => {
      const ours = readManifest(place.kind, JSON.parse(planted(place, json)));
      const theirs = verdicts[index];
      if (ours.ok === theirs?.isTaken) return [];
      return [`${place.kind.kind} ${nameOf(place)} = ${json.slice(0, 60)}: ${ours.ok ? theirs?.message : "taken"}`];
    });
    expect(wrong, replayLine("T-A14", seed)).toEqual([]);
  });
});
