import { app } from "@skypanel/crds/kinds/app.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../operator/src/kube/kube.ts";
import { type Random, replayLine, seeded, seedsOf } from "../harness/seeds.ts";
import { hello, size, type TenantAtWork, tenantAtWork, web, within } from "./tenant-at-work.ts";

let at: TenantAtWork;

const good = { source: hello, processes: [web] };
const withProcess = (more: object) => ({ ...good, processes: [{ ...web, ...more }] });

/** What the API server takes and no container can do, or what stands still: each is left by the next edit alone. */
const others: readonly object[] = [
  withProcess({ command: ["/no/such/program"] }),
  withProcess({ command: ["node", "crash.ts"] }),
  withProcess({ resources: { ...size, memory: "30Gi" } }),
  withProcess({ health: { http: { path: "/absent" }, startSeconds: 600 } }),
  withProcess({ replicas: 2, autoscaling: { min: 1, max: 2 } }),
  withProcess({ replicas: 0 }),
  { ...good, source: { image: { reference: "localhost/skypanel/absent:1" } } },
  { ...good, variablesFrom: [{ name: "nowhere" }] },
  { ...good, variables: [{ name: "GREETING", value: "Good $day" }] },
  { ...good, state: "Stopped" },
  { ...good, suspended: { reason: "Wallet" } },
];

const edits = (random: Random) => [...random.shuffled(others).slice(0, 9), good];

beforeAll(async () => {
  at = await tenantAtWork();
});

afterAll(() => at.stop());

describe("ten specs in a row on the real cluster", () => {
  it.each(seedsOf("T-F09", 3))("T-F09 the last good one cures what the others did, seed %i", async (seed) => {
    const name = `seq-${seed}`;
    for (const spec of edits(seeded(seed))) {
      await at.operator.apply(app, name, spec, at.namespace);
      const generation = (await at.find(name))?.metadata.generation;
      await vi.waitFor(async () => {
        const { observedGeneration, conditions } = (await at.find(name))?.status ?? {};
        // A spec that waits for what it refers to is not acted on.
        const isWaiting = conditions?.some(({ reason }) => reason === "ReferenceMissing");
        expect(isWaiting || observedGeneration === generation, replayLine("T-F09", seed)).toBe(true);
      }, within);
    }
    await at.becomes(name, "Live");
    await at.deploy(`${name}-fresh`);
    await at.becomes(`${name}-fresh`, "Live");
    const [edited, fresh] = [await specOf(name), await specOf(`${name}-fresh`)];
    expect(edited, replayLine("T-F09", seed)).toEqual(fresh);
  });
});

/** The Deployment as the API server has it, with the app's name made the same for all. */
async function specOf(name: string): Promise<JsonObject> {
  const { spec } = (await at.deployment(name)) ?? {};
  return JSON.parse(JSON.stringify(spec ?? {}).replaceAll(name, "app"));
}
