import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../e2e/harness/postgres.ts";
import { seedCluster } from "../../../../e2e/harness/seed.ts";
import { type Random, replayLine, seeded, seedsOf } from "../../../../e2e/harness/seeds.ts";
import { anItem } from "../../../../operator/src/hub/an-item.ts";
import type { ReportItem, ReportsBody } from "../../contract/agent.ts";
import { openEpoch } from "./epochs.ts";
import { storeReports } from "./observations.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const epochs = 3;
let clusters = 0;

/** A report that says all there is to say: a whole snapshot, or the state of the only object that ever is. */
function saidWhole(chance: Random, epoch: number, seq: number): ReportsBody {
  const item = (uid: string): ReportItem => {
    const state = { uid, name: uid, revision: `${epoch}/${seq}` };
    return chance.chance(0.2) ? anItem({ ...state, deleted: true, spec: null, status: null }) : anItem(state);
  };
  const uids = ["a", "b", "c", "d"].filter(() => chance.chance(0.6));
  return { epoch, seq, snapshot: "whole", items: uids.map(item) };
}

function saidOfOne(chance: Random, epoch: number, seq: number): ReportsBody {
  const [item] = saidWhole(chance, epoch, seq).items;
  const of = anItem({ ...item, uid: "a", name: "a", revision: `${epoch}/${seq}` });
  return { epoch, seq, snapshot: "none", items: [of] };
}

/** What a fresh cluster's observations are once `reports` came in this order. Its mark never goes back. */
async function merged(reports: readonly ReportsBody[], why: string): Promise<string[]> {
  clusters += 1;
  const { id } = await seedCluster(database, `merge-${clusters}`);
  for (let n = 0; n < epochs; n += 1) await openEpoch(database.pool, id);
  let before = "";
  for (const report of reports) {
    await storeReports(database.pool, id, report).catch((error: unknown) => {
      expect(error, why).toMatchObject({ reason: "StaleEpoch" });
    });
    const [row] = await database.owner<{ mark: string }>(
      "select lpad(accepted_epoch::text, 9, '0') || lpad(accepted_seq::text, 9, '0') as mark from clusters where id = $1",
      [id],
    );
    expect((row?.mark ?? "") >= before, why).toBe(true);
    before = row?.mark ?? "";
  }
  const rows = await database.owner<{ now: string }>(
    "select uid || '@' || revision as now from observations where cluster_id = $1 order by uid",
    [id],
  );
  return rows.map(({ now }) => now);
}

const newest = (reports: readonly ReportsBody[]): string[] => {
  const [last] = reports.filter(({ epoch }) => epoch === epochs).toSorted((a, b) => b.seq - a.seq);
  return (last?.items ?? [])
    .filter(({ deleted }) => !deleted)
    .map(({ uid, revision }) => `${uid}@${revision}`)
    .toSorted();
};

describe("the merge of reports", () => {
  it.each(seedsOf("T-Z11", 4))("T-Z11 is commutative, idempotent, and of the newest (seed %i)", async (seed) => {
    const chance = seeded(seed);
    for (const said of [saidWhole, saidOfOne]) {
      const reports = Array.from({ length: 12 }, (_, n) => said(chance, 1 + chance.below(epochs), n + 1));
      const last = said(chance, epochs, 13);
      const all = [...reports, last];
      const expected = newest(all);
      for (const order of [all, chance.shuffled(all), chance.shuffled([...all, ...all])])
        expect(await merged(order, replayLine("T-Z11", seed))).toEqual(expected);
    }
  });
});
