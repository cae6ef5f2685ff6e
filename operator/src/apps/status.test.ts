import { reason } from "@skypanel/crds/reasons.ts";
import { describe, expect, it } from "vitest";
import type { Applied } from "../kube/controller.ts";
import { deployments, services } from "../kube/resources.ts";
import { type AppBuilder, aDeployment, anApp, aPod } from "./an-app.ts";
import { status } from "./status.ts";

const now = Date.UTC(2030, 0, 1, 0, 10);
const nothing: Applied = { children: [], paused: false };
const look = (app: AppBuilder, applied: Applied = nothing) => status(app.world(), applied, now);
const ready = { ready: true, started: true, state: { running: { startedAt: "2030-01-01T00:00:00Z" } } };
const live = (app = anApp()) => app.running("web", aDeployment({ replicas: 1 }), [aPod("a", ready)]);
const rolling = (app = anApp(), serving = 0) =>
  app.running("web", aDeployment({ replicas: 1, ready: serving, total: 1 + serving }), [
    aPod("b", { state: { running: {} } }),
  ]);
const crashing = aPod("b", {
  restartCount: 4,
  state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
  lastState: { terminated: { exitCode: 3, message: "first\n\u001b[31mlast\n" } },
});

describe("the phase of an app", () => {
  it("is Live when all is as asked", () => {
    expect(look(live())).toMatchObject({
      status: { phase: "Live", url: "https://shop.apps.example", hosts: [{ host: "shop.apps.example" }] },
      ready: { status: "True", reason: { name: "Running" } },
      outcome: { k: "done" },
    });
  });

  it("is RollingOut while it changes, and Ready if it serves", () => {
    const why = { name: "RollingOut", message: "Under way since 2030-01-01T00:10:00Z. Wait." };
    expect(look(rolling())).toMatchObject({ status: { phase: "RollingOut" }, ready: { status: "False", reason: why } });
    expect(look(rolling(anApp(), 1))).toMatchObject({ ready: { status: "True" }, outcome: { k: "wait", reason: why } });
  });

  it("goes on naming the moment a rollout began", () => {
    const began = {
      conditions: [
        {
          type: "Reconciling" as const,
          status: "True" as const,
          reason: "RollingOut" as const,
          message: "",
          observedGeneration: 1,
          lastTransitionTime: "2030-01-01T00:01:00Z",
        },
      ],
    };
    expect(look(rolling(anApp().knownAs(began))).ready.reason.message).toContain("00:01:00Z");
  });

  it("is Pending while a part cannot be applied, and Degraded if the old version serves", () => {
    const why = reason("NameTaken", { kind: "Service", name: "shop" });
    const child = { resource: services, manifest: { metadata: { name: "shop", namespace: "sp-acme" } } };
    const taken: Applied = {
      children: [{ child, live: undefined, result: "failed", problem: { k: "wait", reason: why } }],
      paused: false,
    };
    expect(look(anApp(), taken)).toMatchObject({
      status: { phase: "Pending" },
      ready: { status: "False", reason: why },
    });
    expect(look(live(), taken)).toMatchObject({
      status: { phase: "Degraded" },
      ready: { status: "True", reason: why },
    });
  });

  it("is Failed when nothing serves, and Degraded when the old version does", () => {
    const broken = (serving: number) =>
      anApp().running("web", aDeployment({ replicas: 1, ready: serving, total: 1 + serving }), [crashing]);
    expect(look(broken(0))).toMatchObject({ status: { phase: "Failed" }, outcome: { k: "stop" } });
    expect(look(broken(1))).toMatchObject({ status: { phase: "Degraded" }, ready: { status: "True" } });
  });

  it("waits for what Kubernetes tries again by itself", () => {
    const pulling = aPod("b", { state: { waiting: { reason: "ErrImagePull" } } });
    const app = anApp().running("web", aDeployment({ replicas: 1, ready: 0 }), [pulling]);
    expect(look(app).outcome).toMatchObject({ k: "wait", reason: { name: "ImagePullFailed" } });
  });

  it.each([
    ["Stopped", anApp().stopped(), "Stopped", "done"],
    ["Stopped", anApp().process({ name: "web", type: "Web", port: 80, replicas: 0 }), "Stopped", "done"],
    ["Suspended", anApp().suspended("Wallet"), "WalletEmpty", "stop"],
    ["Suspended", anApp().stopped().ofSuspendedTenant(), "WalletEmpty", "stop"],
    ["Suspended", anApp().suspended("Admin"), "SuspendedByAdmin", "stop"],
  ])("is %s with its reason", (phase, app, name, k) => {
    const gone = app.running("web", aDeployment({ replicas: 0 }));
    expect(look(gone)).toMatchObject({
      status: { phase },
      ready: { status: "False", reason: { name } },
      outcome: { k },
    });
  });

  it("waits for the last instance to go", () => {
    const leaving = anApp()
      .stopped()
      .running("web", aDeployment({ replicas: 0 }), [aPod("a", ready, { deleting: true })]);
    expect(look(leaving)).toMatchObject({ status: { phase: "Stopped" }, outcome: { k: "wait" } });
  });

  it("is Degraded without its host", () => {
    const verdict = look(live(anApp().besides({ createdAt: "2029-01-01T00:00:00Z", uid: "a" })));
    expect(verdict).toMatchObject({
      status: { phase: "Degraded" },
      outcome: { k: "stop", reason: { name: "HostnameTaken" } },
    });
    expect(verdict.status.url).toBeUndefined();
  });
});

describe("an app that cannot be rendered", () => {
  const problem = { k: "wait", reason: reason("DependencyNotReady", { kind: "Sealed", name: "vars" }) } as const;
  const refused = { k: "stop", reason: reason("NamespaceNotManaged", {}) } as const;

  it("is Pending before it ever ran", () => {
    expect(look(anApp(), { ...nothing, problem })).toMatchObject({
      status: { phase: "Pending" },
      ready: { status: "False", reason: { name: "DependencyNotReady" } },
      outcome: problem,
    });
  });

  it("goes on serving what ran", () => {
    expect(look(live(), { ...nothing, problem })).toMatchObject({
      status: { phase: "Degraded" },
      ready: { status: "True" },
    });
  });

  it("is Failed when a person must act", () => {
    expect(look(anApp(), { ...nothing, problem: refused }).status.phase).toBe("Failed");
  });
});

describe("what a status shows", () => {
  it("is the Deployment as this run left it", () => {
    const after = { ...aDeployment({ replicas: 1 }), metadata: { name: "shop-web", generation: 3 } };
    const child = { resource: deployments, manifest: { metadata: { name: "shop-web" } } };
    const applied: Applied = { children: [{ child, live: after, result: "updated" }], paused: false };
    expect(look(live(), applied).status.phase).toBe("RollingOut");
  });

  it("counts instances by process", () => {
    expect(look(rolling(anApp(), 1)).status.processes).toEqual([
      { name: "web", type: "Web", desired: 1, updated: 1, ready: 1 },
    ]);
  });

  it("tells of each instance, and what a failing one wrote last", () => {
    const app = anApp().running("web", aDeployment({ replicas: 2, ready: 1 }), [crashing, aPod("a", ready)]);
    expect(look(app).status.instances).toEqual([
      { name: "a", process: "web", state: "Ready", restarts: 0, startedAt: "2030-01-01T00:00:00Z" },
      {
        name: "b",
        process: "web",
        state: "Failed",
        restarts: 4,
        lastExitCode: 3,
        reason: "CrashLoop",
        lastLines: ["first", "\ufffd[31mlast"],
      },
    ]);
  });

  it.each([
    ["Stopping", aPod("a", ready, { deleting: true })],
    ["Failed", aPod("a", undefined, { phase: "Failed" })],
    ["Failed", aPod("a", { state: { terminated: { exitCode: 1 } } })],
    ["NotReady", aPod("a", { started: true, state: { running: {} } })],
    ["Starting", aPod("a", { started: false, state: { running: {} } })],
    ["Pending", aPod("a", { state: { waiting: { reason: "ContainerCreating" } } })],
    ["Pending", aPod("a")],
  ])("says %s of an instance", (state, pod) => {
    const app = anApp().running("web", aDeployment({ replicas: 1, ready: 0 }), [pod]);
    expect(look(app).status.instances?.[0]?.state).toBe(state);
  });

  it("keeps to the bounds of a status", () => {
    const pods = Array.from({ length: 60 }, (_, index) => ({
      ...crashing,
      metadata: { ...crashing.metadata, name: `p${index}` },
    }));
    const { instances = [] } = look(anApp().running("web", aDeployment({ replicas: 100, ready: 0 }), pods)).status;
    expect(instances).toHaveLength(50);
    expect(instances.filter(({ lastLines }) => lastLines !== undefined)).toHaveLength(2);
  });
});
