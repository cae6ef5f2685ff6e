import type { ReportsBody } from "@skypanel/control-plane/contract/agent.ts";

/** What a control plane may make of a report. */
export type Receipt = "accepted" | "dropped" | "stale";

/** For tests: the rules of (epoch, sequence) and of snapshots as the protocol states them, and what is known by them. */
export class AReceiver {
  /** By uid. */
  readonly known = new Map<string, { readonly revision: string | null; readonly at: readonly [number, number] }>();
  #epoch = 0;
  #last: readonly [number, number] = [0, 0];
  #begun: number | undefined;

  openEpoch(): number {
    this.#epoch += 1;
    this.#begun = undefined;
    return this.#epoch;
  }

  receive({ epoch, seq, snapshot, items }: ReportsBody): Receipt {
    if (epoch !== this.#epoch) return "stale";
    const [lastEpoch, lastSeq] = this.#last;
    if (epoch === lastEpoch && seq <= lastSeq) return "dropped";
    this.#last = [epoch, seq];
    for (const { uid, deleted, revision } of items) {
      if (deleted) this.known.delete(uid);
      else this.known.set(uid, { revision, at: [epoch, seq] });
    }
    if (snapshot === "begin" || snapshot === "whole") this.#begun = seq;
    if (snapshot === "end" || snapshot === "whole") this.#finish(epoch);
    return "accepted";
  }

  #finish(epoch: number): void {
    const begun = this.#begun;
    this.#begun = undefined;
    if (begun === undefined) return;
    for (const [uid, { at }] of this.known) if (at[0] < epoch || at[1] < begun) this.known.delete(uid);
  }
}
