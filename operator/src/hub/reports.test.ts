import type { ReportsBody } from "@skypanel/control-plane/contract/agent.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { anItem } from "./an-item.ts";
import { Refused } from "./control-plane.ts";
import { hubMetrics } from "./metrics.ts";
import { reports } from "./reports.ts";

let stop = new AbortController();
afterEach(() => stop.abort());

const refused = (status: number) => new Refused(status, "no", undefined);
const live = (status: "True" | "False") => ({ conditions: [{ type: "Ready", status, reason: "Running" }] });

type Answer = boolean | Error;

/** Reports at work against a control plane that gives these answers in turn and then accepts, or answers by the report. */
function atWork(answers: Answer[] | ((body: ReportsBody) => Answer) = [], existing: ReturnType<typeof anItem>[] = []) {
  stop = new AbortController();
  const clock = manualClock();
  const sent: ReportsBody[] = [];
  let epoch = 0;
  const reporting = reports({
    controlPlane: {
      epoch: async () => {
        epoch += 1;
        return epoch;
      },
      reports: async (body) => {
        sent.push(body);
        const answer = Array.isArray(answers) ? (answers.shift() ?? true) : answers(body);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    list: () => existing,
    clock,
    random: () => 0.5,
    log: createLog({ name: "test", level: "silent" }),
    metrics: hubMetrics(new Registry()),
  });
  const running = reporting.run(stop.signal);
  const changes = () => sent.filter(({ snapshot }) => snapshot === "none");
  return { clock, sent, changes, reporting, running };
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
    const { clock, changes, reporting } = atWork([refused(503), refused(503), refused(503)]);
    reporting.gone(anItem());
    await clock.advance(100);
    expect(changes()).toHaveLength(1);
    await clock.advance(1_000);
    expect(changes()).toHaveLength(2);
    await clock.advance(1_999);
    expect(changes()).toHaveLength(2);
    expect(reporting.oldestPendingSeconds()).toBe(3);
    await clock.advance(10_000);
    expect(changes().at(-1)?.items).toEqual([anItem({ deleted: true, spec: null, status: null })]);
    expect(reporting.oldestPendingSeconds()).toBeNull();
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

  it("give up only the object the control plane cannot read", async () => {
    const cannotRead = ({ items }: ReportsBody) => (items.some(({ uid }) => uid === "u3") ? refused(400) : true);
    const { clock, sent, reporting } = atWork(cannotRead);
    for (let n = 0; n < 8; n += 1) reporting.changed(anItem({ uid: `u${n}` }));
    await clock.advance(4_000);
    const arrived = sent
      .filter((body) => cannotRead(body) === true)
      .flatMap(({ items }) => items.map(({ uid }) => uid));
    expect(arrived.toSorted()).toEqual(["u0", "u1", "u2", "u4", "u5", "u6", "u7"]);
    expect(reporting.oldestPendingSeconds()).toBeNull();
  });
});
