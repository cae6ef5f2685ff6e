import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { controlPlane } from "../../operator/src/hub/control-plane.ts";
import { replayLine, seeded, seedsOf } from "../harness/seeds.ts";
import { hubReporter } from "./hub-reporter.ts";
import { type PanelBehindProxy, panelBehindProxy } from "./panel-behind-proxy.ts";

let at: PanelBehindProxy;
beforeAll(async () => {
  at = await panelBehindProxy();
});
afterAll(() => at.close());

const minute = 60_000;
const outages = [
  ["a minute", minute],
  ["an hour", 60 * minute],
  ["a day", 24 * 60 * minute],
] as const;

const observed = async (clusterId: string) => {
  const text = "select uid, revision, epoch from observations where cluster_id = $1";
  const rows = await at.panel.database.owner<{ uid: string; revision: string; epoch: number }>(text, [clusterId]);
  return { now: rows.map(({ uid, revision }) => `${uid}@${revision}`).toSorted(), rows };
};

describe("a cluster whose link is healed", () => {
  const [seed = 1] = seedsOf("T-F16");

  it.each(outages)("T-F16 is shown as it is within a minute of %s apart", async (words, outage) => {
    const chance = seeded(seed);
    const worker = await at.workers.joined(words.replace(" ", "-"));
    const reporter = hubReporter(controlPlane(new URL(at.proxy.url), worker.credential), chance.next);
    for (let edit = 0; edit < 20; edit += 1) reporter.change(chance);
    await reporter.pass(30_000, 30);
    const before = await observed(worker.clusterId);
    expect(before.now).toEqual(reporter.truth());

    const heal = at.proxy.arm({ match: { path: "/^.agent.v1./" }, action: { type: "refuse" } });
    for (let edit = 0; edit < 500; edit += 1) {
      reporter.change(chance);
      await reporter.pass(outage / 500);
    }
    expect((await observed(worker.clusterId)).now).toEqual(before.now);
    heal();
    await reporter.pass(60_000, 120);
    const after = await observed(worker.clusterId);
    expect(after.now, replayLine("T-F16", seed)).toEqual(reporter.truth());
    expect(reporter.reporting.oldestPendingSeconds()).toBeNull();
    await reporter.stop();
  });

  it("T-F16 has every object told anew once another operator reports", async () => {
    const chance = seeded(seed);
    const worker = await at.workers.joined("succession");
    const first = hubReporter(worker.controlPlane, chance.next);
    for (let edit = 0; edit < 100; edit += 1) first.change(chance);
    await first.pass(30_000, 30);
    const epoch = await worker.controlPlane.epoch(AbortSignal.timeout(10_000)); // a second operator, for a moment
    first.change(chance);
    await first.pass(60_000, 120);
    const { now, rows } = await observed(worker.clusterId);
    expect(now, replayLine("T-F16", seed)).toEqual(first.truth());
    expect(rows.map((row) => Number(row.epoch)).every((told) => told === epoch + 1)).toBe(true);
    await first.stop();
  });
});
