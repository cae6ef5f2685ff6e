import type { ReportItem, ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { afterEach, describe, expect, it } from "vitest";
import { type Random, replayLine, seeded, seedsOf } from "../../../e2e/harness/seeds.ts";
import { aBadLine } from "./a-bad-line.ts";
import { AReceiver } from "./a-receiver.ts";
import { anItem } from "./an-item.ts";
import { Refused } from "./control-plane.ts";
import { goneItem } from "./report-item.ts";
import type { Reports } from "./reports.ts";
import { reportsAtWork } from "./reports-at-work.ts";

let stop = new AbortController();
afterEach(() => stop.abort());

const messages = 1_000;
const objects = 40;

/** A cluster whose objects change; each state has a higher revision than the one before. */
class World {
  readonly truth = new Map<string, ReportItem>();
  #revision = 0;

  change(chance: Random, reporting: Reports): void {
    const uid = `u${chance.below(objects)}`;
    const before = this.truth.get(uid);
    if (before !== undefined && chance.chance(0.2)) {
      this.truth.delete(uid);
      reporting.gone(goneItem(before));
      return;
    }
    this.#revision += 1;
    const item = anItem({ uid, revision: String(this.#revision) });
    this.truth.set(uid, item);
    reporting.changed(item);
  }
}

const revisions = (known: ReadonlyMap<string, { readonly revision: string | null }>) =>
  [...known].map(([uid, { revision }]) => `${uid}@${revision}`).toSorted();

/** A control plane that may forget which epochs it gave out: as if another operator had opened one. */
function farEnd(receiver: AReceiver) {
  return {
    epoch: async () => receiver.openEpoch(),
    reports: async (body: ReportsBody) => {
      const receipt = receiver.receive(body);
      if (receipt === "stale") throw new Refused(409, "stale", undefined, "StaleEpoch");
      return receipt === "accepted";
    },
  };
}

describe("reports over a bad line", () => {
  // Ten seeds of a thousand messages each that arrive twice, reordered, an hour late, of an older epoch, or never.
  it.each(seedsOf("T-F17", 10))("T-F17 end as if each came once, in order (seed %i)", async (seed) => {
    const chance = seeded(seed);
    const clock = manualClock();
    const receiver = new AReceiver();
    const world = new World();
    const highest = new Map<string, number>();
    let step = 0;
    const arrived = ({ items }: ReportsBody, receipt: unknown) => {
      if (receipt !== true) return;
      for (const { uid, revision } of items) {
        const where = `${uid} at step ${step}: ${replayLine("T-F17", seed)}`;
        expect(Number(revision), where).toBeGreaterThanOrEqual(highest.get(uid) ?? 0);
        highest.set(uid, Number(revision));
      }
    };
    const line = aBadLine(farEnd(receiver), clock, chance.pick, arrived);
    stop = new AbortController();
    const list = () => [...world.truth.values()];
    const { reporting } = reportsAtWork(line, list, clock, stop.signal, chance.next);
    for (; line.delivered() < messages; step += 1) {
      world.change(chance, reporting);
      if (chance.chance(0.02)) receiver.openEpoch(); // somebody else reported for this cluster
      await clock.advance(chance.below(4_000));
    }
    line.heal();
    await clock.advance(90_000);
    expect(revisions(receiver.known), replayLine("T-F17", seed)).toEqual(revisions(world.truth));
    expect(reporting.oldestPendingSeconds()).toBeNull();
    const before = line.delivered();
    await clock.advance(3_600_000); // what was held back arrives at last
    expect(revisions(receiver.known)).toEqual(revisions(world.truth));
    expect(line.delivered()).toBeGreaterThan(before);
  });

  it.each([60_000, 3_600_000, 86_400_000])("T-F16 are fresh within a minute of an outage of %i ms", async (outage) => {
    const [seed = 1] = seedsOf("T-F16");
    const chance = seeded(seed);
    const clock = manualClock();
    const receiver = new AReceiver();
    const far = farEnd(receiver);
    const world = new World();
    let isCut = false;
    const cut =
      <A extends unknown[], T>(call: (...asked: A) => Promise<T>) =>
      async (...asked: A): Promise<T> => {
        if (isCut) throw new Error("no route to the control plane");
        return call(...asked);
      };
    stop = new AbortController();
    const through = { epoch: cut(far.epoch), reports: cut(far.reports) };
    const list = () => [...world.truth.values()];
    const { reporting } = reportsAtWork(through, list, clock, stop.signal, chance.next);
    await clock.advance(60_000);
    isCut = true;
    for (let edit = 0; edit < 500; edit += 1) {
      world.change(chance, reporting);
      await clock.advance(outage / 500);
    }
    expect(receiver.known.size).toBe(0);
    isCut = false;
    await clock.advance(60_000);
    expect(revisions(receiver.known), replayLine("T-F16", seed)).toEqual(revisions(world.truth));
  });
});
