import type { ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import type { Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { AReceiver } from "./a-receiver.ts";
import { anItem } from "./an-item.ts";
import { Refused } from "./control-plane.ts";
import { type Answer, answering, reportsAtWork } from "./reports-at-work.ts";

let stop = new AbortController();
afterEach(() => stop.abort());

const refused = (status: number, reason?: string) => new Refused(status, "no", undefined, reason);
const live = (status: "True" | "False") => ({ conditions: [{ type: "Ready", status, reason: "Running" }] });
const uidsOf = ({ items }: ReportsBody) => items.map(({ uid }) => uid);

/** Reports at work against a control plane that gives these answers in turn and then accepts, or answers by the report. */
function atWork(answers: Answer[] | ((body: ReportsBody) => Answer) = [], existing: ReturnType<typeof anItem>[] = []) {
  stop = new AbortController();
  const clock = manualClock();
  const controlPlane = answering(answers);
  const { sent } = controlPlane;
  const { reporting, running, registry } = reportsAtWork(controlPlane, () => existing, clock, stop.signal);
  const changes = () => sent.filter(({ snapshot }) => snapshot === "none");
  const arrived = (isTaken: (body: ReportsBody) => Answer) => sent.filter((body) => isTaken(body) === true);
  const metric = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value;
  return { clock, sent, changes, arrived, reporting, running, metric };
}

describe("reports", () => {
  it("send a change within a second, a change of readiness at once", async () => {
    const { clock, changes, reporting } = atWork();
    reporting.changed(anItem({ status: live("True") }));
    await clock.advance(100);
    expect(changes()).toHaveLength(1);
    reporting.changed(anItem({ status: { ...live("True"), url: "http://x" } }));
    await clock.advance(900);
    expect(changes()).toHaveLength(1);
    await clock.advance(100);
    expect(changes()).toHaveLength(2);
  });

  it("send a snapshot within ten seconds and every ten minutes", async () => {
    const { clock, sent } = atWork([], [anItem()]);
    await clock.advance(5_000);
    expect(sent.map(({ snapshot }) => snapshot)).toEqual(["whole"]);
    await clock.advance(600_000);
    expect(sent.map(({ snapshot }) => snapshot)).toEqual(["whole", "whole"]);
  });

  it("keep what failed and try again, later and later", async () => {
    const { clock, changes, reporting, metric } = atWork([refused(503), refused(503), refused(503)]);
    reporting.gone(anItem());
    await clock.advance(100);
    expect(changes()).toHaveLength(1);
    await clock.advance(1_250);
    expect(changes()).toHaveLength(2);
    await clock.advance(2_499);
    expect(changes()).toHaveLength(2);
    expect(reporting.oldestPendingSeconds()).toBe(3);
    expect([await metric("skypanel_report_pending"), await metric("skypanel_report_age_seconds")]).toEqual([1, 3]);
    await clock.advance(10_000);
    expect(changes().at(-1)?.items).toEqual([anItem({ deleted: true, spec: null, status: null })]);
    expect(reporting.oldestPendingSeconds()).toBeNull();
    expect([await metric("skypanel_report_pending"), await metric("skypanel_report_age_seconds")]).toEqual([0, 0]);
  });

  it("never use a sequence twice", async () => {
    const { clock, sent, reporting } = atWork([refused(500), new Error("no answer"), true]);
    reporting.changed(anItem());
    await clock.advance(20_000);
    const numbers = sent.map(({ seq }) => seq);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers);
  });

  it.each([refused(409), false])("open a new epoch after a stale one (%s)", async (answer) => {
    const { clock, sent, reporting } = atWork([answer], [anItem({ uid: "other" })]);
    reporting.changed(anItem());
    await clock.advance(15_000);
    expect(sent[0]?.epoch).toBe(1);
    expect(sent.slice(1).every(({ epoch }) => epoch === 2)).toBe(true);
    expect(sent.at(-1)?.snapshot).toBe("whole");
  });

  it("have one report on the way, however much changes", async () => {
    const clock = manualClock();
    let underWay = 0;
    let most = 0;
    const slow = answering();
    const reports = async (body: ReportsBody, signal: AbortSignal) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await clock.sleep(5_000);
      underWay -= 1;
      return slow.reports(body, signal);
    };
    stop = new AbortController();
    const { reporting } = reportsAtWork({ ...slow, reports }, () => [], clock, stop.signal);
    for (let n = 0; n < 1_000; n += 1) reporting.changed(anItem({ uid: `u${n}` }));
    await clock.advance(60_000);
    expect([most, slow.sent.flatMap(uidsOf).length]).toEqual([1, 1_000]);
    expect(slow.sent.every(({ items }) => items.length <= limits.report.objects)).toBe(true);
  });

  it("halve what is too large until it passes", async () => {
    const isTaken = ({ items }: ReportsBody) => (items.length > 30 ? refused(413) : true);
    const { clock, sent, arrived, reporting } = atWork(isTaken);
    for (let n = 0; n < 200; n += 1) reporting.changed(anItem({ uid: `u${n}` }));
    await clock.advance(2_000);
    expect(sent.slice(0, 4).map(({ items }) => items.length)).toEqual([200, 100, 50, 25]);
    expect(new Set(arrived(isTaken).flatMap(uidsOf)).size).toBe(200);
  });

  it("give up only the object the control plane cannot read", async () => {
    const isTaken = (body: ReportsBody) => (uidsOf(body).includes("u3") ? refused(400, "Invalid") : true);
    const { clock, arrived, reporting } = atWork(isTaken);
    for (let n = 0; n < 8; n += 1) reporting.changed(anItem({ uid: `u${n}` }));
    await clock.advance(4_000);
    expect(arrived(isTaken).flatMap(uidsOf).toSorted()).toEqual(["u0", "u1", "u2", "u4", "u5", "u6", "u7"]);
    expect(reporting.oldestPendingSeconds()).toBeNull();
  });

  it("leave out a spec the control plane cannot read", async () => {
    const isTaken = ({ items }: ReportsBody) =>
      items.some(({ spec }) => spec !== null) ? refused(400, "Invalid") : true;
    const { clock, arrived, reporting } = atWork(isTaken);
    reporting.changed(anItem({ managedBy: "kubectl", spec: { command: ["\0"] } }));
    await clock.advance(4_000);
    expect(arrived(isTaken).flatMap(({ items }) => items)).toMatchObject([{ spec: null, status: { phase: "Live" } }]);
  });

  it("finish a snapshot though one of its objects cannot be read", async () => {
    const items = ["u0", "u1", "u2"].map((uid) => anItem({ uid }));
    const isTaken = (body: ReportsBody) => (uidsOf(body).includes("u2") ? refused(400, "Invalid") : true);
    const { clock, arrived } = atWork(isTaken, items);
    await clock.advance(20_000);
    expect(arrived(isTaken).map(({ snapshot }) => snapshot)).toEqual(["begin", "part", "end"]);
    expect(arrived(isTaken).flatMap(uidsOf)).toEqual(["u0", "u1"]);
  });

  it.each([400, 401, 403, 404, 429, 500, 502, 503, 504])(
    "lose nothing to an hour of %i from somebody else",
    async (status) => {
      let isAway = true;
      const isTaken = () => (isAway ? refused(status) : true);
      const { clock, sent, reporting } = atWork(isTaken);
      for (let n = 0; n < 500; n += 1) reporting.changed(anItem({ uid: `u${n}` }));
      await clock.advance(3_600_000);
      const tries = sent.length;
      expect(tries).toBeLessThanOrEqual(3_600 / 20 + 10);
      isAway = false;
      await clock.advance(60_000);
      expect(new Set(sent.slice(tries).flatMap(uidsOf)).size).toBe(500);
      expect(reporting.oldestPendingSeconds()).toBeNull();
    },
  );

  it.each([
    ["four minutes", 3_000], // less than until the next snapshot
    ["a day", 1_080_000],
  ])("are bounded while objects come and go unheard for %s", async (_, stepMs) => {
    const receiver = new AReceiver();
    let existing = ["stays", "u0", "u7777"].map((uid) => anItem({ uid }));
    let isAway = false;
    let most = 0;
    stop = new AbortController();
    const clock = manualClock();
    const far = {
      epoch: async () => receiver.openEpoch(),
      reports: async (body: ReportsBody) =>
        isAway ? Promise.reject(refused(503)) : receiver.receive(body) === "accepted",
    };
    const { reporting, registry } = reportsAtWork(far, () => existing, clock, stop.signal);
    await clock.advance(60_000);
    isAway = true;
    existing = existing.slice(0, 1);
    for (let n = 0; n < 20_000; n += 1) {
      reporting.changed(anItem({ uid: `u${n}` }));
      reporting.gone(anItem({ uid: `u${n}` }));
      most = Math.max(most, await pendingOf(registry));
      if (n % 250 === 0) await clock.advance(stepMs);
    }
    expect(most).toBeLessThanOrEqual(limits.report.deletionsKept + 2);
    expect([...receiver.known.keys()].toSorted()).toEqual(["stays", "u0", "u7777"]);
    isAway = false;
    await clock.advance(60_000);
    expect([...receiver.known.keys()]).toEqual(["stays"]);
  });
});

async function pendingOf(registry: Registry): Promise<number> {
  return (await registry.getSingleMetric("skypanel_report_pending")?.get())?.values[0]?.value ?? 0;
}
