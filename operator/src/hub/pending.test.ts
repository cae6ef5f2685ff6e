import type { ReportItem, ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anItem } from "./an-item.ts";
import { Pending } from "./pending.ts";

/** What a control plane knows: the rules of (epoch, sequence) and of snapshots, as the protocol states them. */
class Receiver {
  readonly known = new Map<string, { revision: string | null; seq: number }>();
  #last = 0;
  #begun: number | undefined;

  receive({ seq, snapshot, items }: Pick<ReportsBody, "seq" | "snapshot" | "items">): boolean {
    if (seq <= this.#last) return false;
    this.#last = seq;
    if (snapshot === "begin" || snapshot === "whole") this.#begun = seq;
    for (const { uid, deleted, revision } of items) {
      if (deleted) this.known.delete(uid);
      else this.known.set(uid, { revision, seq });
    }
    const begun = this.#begun;
    if ((snapshot !== "end" && snapshot !== "whole") || begun === undefined) return true;
    for (const [uid, { seq: at }] of this.known) if (at < begun) this.known.delete(uid);
    this.#begun = undefined;
    return true;
  }
}

const uids = ["a", "b", "c", "d", "e"];
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ k: fc.constant("change" as const), uid: fc.constantFrom(...uids) }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant("remove" as const), uid: fc.constantFrom(...uids) }) },
  { weight: 1, arbitrary: fc.record({ k: fc.constant("snapshot" as const) }) },
  // What becomes of one report: it arrives, its answer is lost, it is lost, or it comes once more and late.
  {
    weight: 5,
    arbitrary: fc.record({
      k: fc.constant("report" as const),
      fate: fc.constantFrom("arrives" as const, "unanswered" as const, "lost" as const, "again" as const),
      most: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

type Fate = "arrives" | "unanswered" | "lost" | "again";
interface Move {
  uid: string;
  fate: Fate;
  most: number;
  now: number;
}

/** A cluster whose objects change, what waits there, and the control plane at the other end of a bad line. */
function play() {
  const truth = new Map<string, ReportItem>();
  const pending = new Pending();
  const receiver = new Receiver();
  const late: Parameters<Receiver["receive"]>[0][] = [];
  let seq = 0;
  const act = {
    report: ({ most, fate }: Pick<Move, "most" | "fate">) => {
      const batch = pending.batch(most);
      if (batch === undefined) return false;
      seq += 1;
      const body = { seq, snapshot: batch.snapshot, items: [...batch.items] };
      if (fate !== "lost") expect(receiver.receive(body)).toBe(true);
      if (fate === "again") late.push(body);
      if (fate === "arrives" || fate === "again") pending.acknowledge(batch);
      return true;
    },
    snapshot: ({ now }: Move) => pending.beginSnapshot([...truth.values()], now),
    change: ({ uid, now }: Move) => {
      const item = anItem({ uid, revision: String(now) });
      truth.set(uid, item);
      pending.put(item, now, false);
    },
    remove: ({ uid, now }: Move) => {
      for (const body of late) expect(receiver.receive(body)).toBe(false);
      const gone = truth.get(uid);
      if (gone === undefined) return;
      truth.delete(uid);
      pending.put({ ...gone, deleted: true }, now, true);
    },
  };
  return { truth, pending, receiver, act };
}

describe("what waits to be reported", () => {
  it("T-F17 ends as if each report came once, in order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { truth, receiver, pending, act } = play();
        steps.forEach((one, now) => void act[one.k]({ uid: "", fate: "arrives", most: 1, ...one, now }));
        while (act.report({ fate: "arrives", most: 2 }));
        const seen = [...receiver.known].map(([uid, { revision }]) => [uid, revision]).sort();
        expect(seen).toEqual([...truth].map(([uid, { revision }]) => [uid, revision]).sort());
        expect(pending.size).toBe(0);
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it("keeps one item an object, the newest", () => {
    const pending = new Pending();
    for (const revision of ["1", "2", "3"]) pending.put(anItem({ revision }), 0, false);
    expect(pending.batch(200)?.items.map(({ revision }) => revision)).toEqual(["3"]);
  });

  it("keeps what changed while its report was on the way", () => {
    const pending = new Pending();
    pending.put(anItem({ revision: "1" }), 0, false);
    const batch = pending.batch(200);
    pending.put(anItem({ revision: "2" }), 1, false);
    if (batch !== undefined) pending.acknowledge(batch);
    expect(pending.batch(200)?.items.map(({ revision }) => revision)).toEqual(["2"]);
  });

  it("is due in a second, or a tenth of one when urgent", () => {
    const pending = new Pending();
    expect(pending.dueAt(0)).toBeUndefined();
    pending.put(anItem({ uid: "a" }), 0, false);
    expect(pending.dueAt(0)).toBe(1_000);
    pending.put(anItem({ uid: "b" }), 50, true);
    expect(pending.dueAt(50)).toBe(150);
  });

  it("is due at once when a report is full", () => {
    const pending = new Pending();
    for (let n = 0; n < 200; n += 1) pending.put(anItem({ uid: `u${n}` }), 5, false);
    expect(pending.dueAt(5)).toBe(5);
  });

  it("never fills a report beyond 256 KiB", () => {
    const pending = new Pending();
    const status = { phase: "Live", text: "x".repeat(10_000) };
    for (let n = 0; n < 60; n += 1) pending.put(anItem({ uid: `u${n}`, status }), 0, false);
    const body = { epoch: 1, seq: 1, snapshot: "none", items: pending.batch(200)?.items };
    expect(body.items?.length).toBeGreaterThan(20);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(256 * 1024);
  });

  it("reports an object too large for a report without its spec", () => {
    const pending = new Pending();
    pending.put(anItem({ managedBy: "kubectl", spec: { text: "x".repeat(300_000) } }), 0, false);
    expect(pending.batch(200)?.items[0]).toMatchObject({ spec: null, status: { phase: "Live" } });
  });

  it("marks an empty cluster's snapshot as whole", () => {
    const pending = new Pending();
    pending.beginSnapshot([], 0);
    const batch = pending.batch(200);
    expect(batch).toMatchObject({ items: [], snapshot: "whole" });
    if (batch !== undefined) pending.acknowledge(batch);
    expect(pending.batch(200)).toBeUndefined();
  });
});
