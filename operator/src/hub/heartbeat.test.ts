import type { HeartbeatBody } from "@skypanel/control-plane/contract/agent.ts";
import { limits } from "@skypanel/crds/limits.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { Refused } from "./control-plane.ts";
import { beat } from "./heartbeat.ts";
import { hubMetrics } from "./metrics.ts";
import type { Survey } from "./survey.ts";

const found: Survey = { machines: [], storageClasses: [], ingressClasses: ["traefik"], forbidden: [] };

/** A heart that beats; the control plane and the survey fail as told. */
function beating(over: { answers?: Error[]; surveys?: (Survey | Error)[] } = {}) {
  const clock = manualClock();
  const sent: HeartbeatBody[] = [];
  const stop = new AbortController();
  let looks = 0;
  const ended = beat(
    {
      controlPlane: {
        heartbeat: async (body) => {
          sent.push(body);
          const answer = over.answers?.shift();
          if (answer !== undefined) throw answer;
        },
      },
      versions: { operator: "0.1.0", kubernetes: "v1.35.4" },
      namespace: "skypanel-system",
      survey: async () => {
        looks += 1;
        const next = over.surveys?.shift() ?? found;
        if (next instanceof Error) throw next;
        return next;
      },
      source: () => undefined,
      isTunnelOpen: () => true,
      oldestPendingSeconds: () => 7,
      clock,
      log: createLog({ name: "test", level: "silent" }),
      metrics: hubMetrics(new Registry()),
    },
    stop.signal,
  );
  return { clock, sent, stop, ended, looks: () => looks };
}

describe("the heartbeat", () => {
  it("G-F1 comes every ten seconds, whatever becomes of one", async () => {
    const { clock, sent } = beating({ answers: [new Error("no answer"), new Refused(503, "away", undefined)] });
    await clock.advance(0);
    await clock.advance(50_000);
    expect(sent).toHaveLength(6);
  });

  it("does not wait for a cluster that cannot be surveyed", async () => {
    const { clock, sent } = beating({ surveys: [new Error("away"), new Error("away")] });
    await clock.advance(0);
    await clock.advance(20_000);
    const ingress = sent.map(({ checks }) => checks.find(({ id }) => id === "ingress")?.state);
    expect(ingress).toEqual(["waiting", "waiting", "ok"]);
  });

  it("fits into a request, however many machines there are", async () => {
    const allocatable = { cpu: 64_000, memory: 2 ** 38, disk: 2 ** 41, pods: 250 };
    const requested = { cpu: 63_000, memory: 2 ** 37, pods: 200 };
    const machines = Array.from({ length: 1_000 }, (_, n) => ({
      ...{ name: `${"n".repeat(240)}-${n}`, ready: true, kubelet: "v1.35.4", allocatable, requested, used: null },
    }));
    const { clock, sent } = beating({ surveys: [{ ...found, machines }] });
    await clock.advance(0);
    const [body] = sent;
    expect(body?.machines.length).toBeGreaterThan(400);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(limits.api.bodyBytes);
  });

  it("comes every ten seconds while the wall clock jumps", async () => {
    const { clock, sent } = beating();
    await clock.advance(0);
    for (const at of ["2020-01-01", "2040-01-01", "2030-01-01", "1970-01-01", "2099-12-31"]) {
      clock.jump(Date.parse(at));
      await clock.advance(10_000);
    }
    expect(sent).toHaveLength(6);
  });

  it("looks at the cluster once a minute", async () => {
    const { clock, looks } = beating();
    await clock.advance(0);
    await clock.advance(59_000);
    expect(looks()).toBe(1);
    await clock.advance(11_000);
    expect(looks()).toBe(2);
  });

  it.each([401, 403])("ends when the control plane answers %i, to join again", async (status) => {
    const { ended, sent } = beating({ answers: [new Refused(status, "who?", undefined)] });
    await ended;
    expect(sent).toHaveLength(1);
  });

  it("says what is applied and how long reports wait", async () => {
    const { clock, sent, stop, ended } = beating();
    await clock.advance(0);
    expect(sent[0]).toMatchObject({ appliedSeq: null, appliedCommit: null, oldestPendingSeconds: 7 });
    stop.abort();
    await ended;
    expect(clock.pending()).toBe(0);
  });
});
