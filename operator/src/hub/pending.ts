import type { ReportItem, ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import { limits } from "@skypanel/crds/limits.ts";
import type { Millis } from "@skypanel/runtime/clock.ts";

/** What goes out as one report; `tickets` say which state of which object it carries. */
export interface Batch {
  readonly items: readonly ReportItem[];
  readonly snapshot: ReportsBody["snapshot"];
  readonly tickets: readonly Entry[];
}

interface Entry {
  readonly item: ReportItem;
  readonly bytes: number;
  readonly since: Millis;
  readonly due: Millis;
}

/** Room for the envelope around the items. */
const itemBytes = limits.report.bytes - 1_024;

/**
 * Objects whose state is still to be reported: at most one item for each, the newest. Not a queue: it holds what exists,
 * and so many deletions that a day without control plane is bounded too; beyond them a snapshot says what is gone.
 */
export class Pending {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #deletions = 0;
  #needsSnapshot = false;
  /** Uids the snapshot in progress has yet to send; undefined if none is. */
  #snapshot: Set<string> | undefined;
  #begun = false;

  /** Notes the newest state of an object; an urgent one is due soon. A replaced item keeps its place and its age. */
  put(item: ReportItem, now: Millis, urgent: boolean): void {
    const before = this.#entries.get(item.uid);
    const due = now + (urgent ? limits.report.urgentMillis : limits.report.flushMillis);
    this.#set({ ...sized(item), since: before?.since ?? now, due: Math.min(before?.due ?? due, due) });
    if (this.#deletions > limits.report.deletionsKept) this.#forgetDeletions();
  }

  /** Begins to send everything that exists; newer states that already wait are kept. */
  beginSnapshot(items: readonly ReportItem[], now: Millis): void {
    for (const item of items) if (!this.#entries.has(item.uid)) this.put(item, now, true);
    this.#snapshot = new Set(items.map(({ uid }) => uid));
    this.#begun = false;
    this.#needsSnapshot = false;
  }

  /** True when more was deleted than is kept here: only a snapshot can tell it. */
  get needsSnapshot(): boolean {
    return this.#needsSnapshot;
  }

  /** A snapshot counts only whole and within one epoch: what of it is unsent stays pending, its marks go. */
  dropSnapshot(): void {
    this.#snapshot = undefined;
  }

  /** The oldest items that fit in one report, or undefined if nothing is to be said. Nothing is removed. */
  batch(maxItems: number): Batch | undefined {
    const tickets: Entry[] = [];
    let bytes = 0;
    for (const entry of this.#entries.values()) {
      if (tickets.length === maxItems || (tickets.length > 0 && bytes + entry.bytes > itemBytes)) break;
      tickets.push(entry);
      bytes += entry.bytes;
    }
    if (tickets.length === 0 && this.#snapshot === undefined) return undefined;
    return { items: tickets.map(({ item }) => item), snapshot: this.#mark(tickets), tickets };
  }

  /** The report arrived: its items go, but for those replaced meanwhile. */
  acknowledge({ tickets, snapshot }: Batch): void {
    for (const ticket of tickets) {
      this.#snapshot?.delete(ticket.item.uid);
      if (this.#entries.get(ticket.item.uid) === ticket) this.#remove(ticket.item.uid);
    }
    if (snapshot !== "none") this.#begun = true;
    if (snapshot === "end" || snapshot === "whole") this.#snapshot = undefined;
  }

  /**
   * The control plane cannot take an object: it goes without its spec, and if that is refused too, not at all (`true`). A
   * snapshot goes on: its marks belong to the reports that arrive.
   */
  giveUp(refused: Entry): boolean {
    const { item, since, due } = refused;
    if (this.#entries.get(item.uid) !== refused) return false; // a newer state may be readable
    if (item.spec !== null) {
      this.#set({ ...sized({ ...item, spec: null }), since, due });
      return false;
    }
    this.#remove(item.uid);
    this.#snapshot?.delete(item.uid);
    return true;
  }

  /** When the next report is due: at once if one is full or a snapshot is under way; undefined if nothing waits. */
  dueAt(now: Millis): Millis | undefined {
    if (this.#snapshot !== undefined) return now;
    if (this.#entries.size >= limits.report.objects || this.#bytes >= itemBytes) return now;
    let due: Millis | undefined;
    for (const entry of this.#entries.values()) due = Math.min(due ?? entry.due, entry.due);
    return due;
  }

  /** When the oldest waiting state was noted. */
  oldest(): Millis | undefined {
    let since: Millis | undefined;
    for (const entry of this.#entries.values()) since = Math.min(since ?? entry.since, entry.since);
    return since;
  }

  get size(): number {
    return this.#entries.size;
  }

  #set(entry: Entry): void {
    const { uid, deleted } = entry.item;
    const before = this.#entries.get(uid);
    this.#bytes += entry.bytes - (before?.bytes ?? 0);
    this.#deletions += Number(deleted) - Number(before?.item.deleted ?? false);
    this.#entries.set(uid, entry);
  }

  #remove(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#deletions -= Number(entry.item.deleted);
    this.#entries.delete(uid);
  }

  #forgetDeletions(): void {
    for (const [uid, { item }] of this.#entries) {
      if (!item.deleted) continue;
      this.#remove(uid);
      this.#snapshot?.delete(uid);
    }
    this.#needsSnapshot = true;
  }

  #mark(tickets: readonly Entry[]): ReportsBody["snapshot"] {
    if (this.#snapshot === undefined) return "none";
    const sent = new Set(tickets.map(({ item }) => item.uid));
    const isLast = [...this.#snapshot].every((uid) => sent.has(uid));
    if (!this.#begun) return isLast ? "whole" : "begin";
    return isLast ? "end" : "part";
  }
}

/** An object too large for any report goes without its spec: that it exists and how it is must arrive. */
function sized(item: ReportItem): { item: ReportItem; bytes: number } {
  const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
  if (bytes <= itemBytes || item.spec === null) return { item, bytes };
  return sized({ ...item, spec: null });
}
