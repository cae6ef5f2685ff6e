import type { ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Conflict } from "../../control-plane/src/errors.ts";
import { openEpoch } from "../../control-plane/src/services/fleet/epochs.ts";
import { storeReports } from "../../control-plane/src/services/fleet/observations.ts";
import { aBadLine, type FarEnd } from "../../operator/src/hub/a-bad-line.ts";
import { AReceiver } from "../../operator/src/hub/a-receiver.ts";
import { Refused } from "../../operator/src/hub/control-plane.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { seedCluster } from "../harness/seed.ts";
import { replayLine, seeded, seedsOf } from "../harness/seeds.ts";
import { hubReporter } from "./hub-reporter.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const messages = 1_250;

/** The control plane's own store of reports, behind the door. */
const storeOf = (clusterId: string): FarEnd => ({
  epoch: () => openEpoch(database.pool, clusterId),
  reports: async (body) => {
    try {
      return (await storeReports(database.pool, clusterId, body)).accepted;
    } catch (error) {
      if (error instanceof Conflict) throw new Refused(409, error.message, undefined, error.reason);
      throw error;
    }
  },
});

const observed = async (clusterId: string) => {
  const text = "select uid || '@' || revision as now from observations where cluster_id = $1";
  return (await database.owner<{ now: string }>(text, [clusterId])).map(({ now }) => now).toSorted();
};
const known = (model: AReceiver) => [...model.known].map(([uid, { revision }]) => `${uid}@${revision}`).toSorted();

/** A store beside which the model receives the same in the same order, and must say the same of each report. */
function compared(store: FarEnd, model: AReceiver, say: (what: string) => string): FarEnd {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {}); // its caller hears of it
    return turn;
  };
  const open = async (signal: AbortSignal) => {
    const epoch = await store.epoch(signal);
    expect(epoch, say("epoch")).toBe(model.openEpoch());
    return epoch;
  };
  const receive = async (body: ReportsBody, signal: AbortSignal) => {
    const receipt = await store.reports(body, signal).then(
      (accepted) => (accepted ? "accepted" : "dropped"),
      (error: unknown) => {
        if (error instanceof Refused && error.reason === "StaleEpoch") return "stale";
        throw error;
      },
    );
    expect(receipt, say(`report ${body.epoch}/${body.seq}`)).toBe(model.receive(body));
    if (receipt === "stale") throw new Refused(409, "stale", undefined, "StaleEpoch");
    return receipt === "accepted";
  };
  return {
    epoch: (signal) => inTurn(() => open(signal)),
    reports: (body, signal) => inTurn(() => receive(body, signal)),
  };
}

describe("reports over a bad line", () => {
  // Two seeds of 1,250 messages here, ten of 1,000 without Postgres: twice, reordered, an hour late, of an older epoch, lost. The model is asked at each.
  it.each(seedsOf("T-F17", 2))(
    "T-F17 are stored as if each came once, in order (seed %i)",
    { timeout: 120_000 },
    async (seed) => {
      const chance = seeded(seed);
      const cluster = await seedCluster(database, `line-${seed}`);
      const model = new AReceiver();
      const say = (what: string) => `${what}: ${replayLine("T-F17", seed)}`;
      const far = compared(storeOf(cluster.id), model, say);
      const line = aBadLine(far, { setTimer: (ms, run) => reporter.clock.setTimer(ms, run) }, chance.pick);
      const reporter = hubReporter(line, chance.next);
      const signal = AbortSignal.timeout(120_000);
      while (line.delivered() < messages) {
        for (let edits = chance.below(4); edits > 0; edits -= 1) reporter.change(chance);
        if (chance.chance(0.02)) await far.epoch(signal); // another operator reports for this cluster
        await reporter.pass(chance.below(4_000));
        if (chance.chance(0.05)) expect(await observed(cluster.id), say("state")).toEqual(known(model));
      }
      line.heal();
      await reporter.pass(90_000, 90);
      expect(await observed(cluster.id), say("end")).toEqual(reporter.truth());
      await reporter.pass(3_600_000, 360); // what was held back arrives at last
      expect(await observed(cluster.id), say("afterwards")).toEqual(reporter.truth());
      await reporter.stop();
    },
  );
});
