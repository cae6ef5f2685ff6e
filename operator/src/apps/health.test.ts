import { describe, expect, it } from "vitest";
import { type AppBuilder, aDeployment, anApp, aPod } from "./an-app.ts";
import { healthOf, worstOf } from "./health.ts";

const now = Date.UTC(2030, 0, 1, 0, 10);
const seconds = (ago: number) => new Date(now - ago * 1000).toISOString();
const http = { name: "web", type: "Web", port: 3000, health: { http: { path: "/ok" } } };
const crash = (message: string, restartCount = 3, exitCode = 1) => ({
  restartCount,
  state: { waiting: { reason: "CrashLoopBackOff", message } },
  lastState: { terminated: { exitCode, reason: "Error" } },
});

function health(app: AppBuilder) {
  const world = app.world();
  const [first] = world.processes;
  if (first === undefined) throw new Error("the app has no process");
  return healthOf(world, first, now);
}

const rolling = aDeployment({ replicas: 1, ready: 0 });
const failing = (pod: ReturnType<typeof aPod>, app = anApp()) => health(app.running("web", rolling, [pod]));

describe("a process", () => {
  it("is healthy when all it asks for is ready", () => {
    expect(health(anApp().running("web", aDeployment({ replicas: 1 })))).toEqual({ k: "healthy" });
  });

  it.each([
    ["nothing was made yet", anApp()],
    [
      "the newest spec was not seen",
      anApp().running("web", { ...rolling, metadata: { ...rolling.metadata, generation: 3 } }),
    ],
    ["an old instance is left", anApp().running("web", aDeployment({ replicas: 1, total: 2 }))],
    [
      "an instance just started",
      anApp().running("web", rolling, [aPod("a", { state: { running: { startedAt: seconds(5) } } })]),
    ],
    ["a pod waits for its container", anApp().running("web", rolling, [aPod("a")])],
  ])("is progressing while %s", (_, app) => {
    expect(health(app)).toEqual({ k: "progressing" });
  });

  it("is stuck once its rollout passed the deadline", () => {
    const late = aDeployment({ replicas: 1, ready: 0 }, [
      { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
    ]);
    expect(health(anApp().running("web", late))).toMatchObject({
      k: "degraded",
      stuck: true,
      reason: { message: "Not ready after 600 s. See the logs; roll back." },
    });
  });

  it("is partly available when some serve and some fail", () => {
    const settled = aDeployment({ replicas: 2, ready: 1 });
    const app = anApp()
      .process({ ...http, replicas: 2 })
      .running("web", settled, [aPod("a", crash("back-off 40s"))]);
    expect(health(app)).toMatchObject({ reason: { message: "1 of 2 instances are ready. See the failing ones." } });
  });

  it("is not judged by the version it leaves", () => {
    expect(failing(aPod("a", crash("back-off 40s"), { hash: "old" }))).toEqual({ k: "progressing" });
  });

  it("is judged by its worst pod", () => {
    const pull = aPod("a", { state: { waiting: { reason: "ErrImagePull" } } });
    const app = anApp().running("web", rolling, [pull, aPod("b", crash("back-off 40s"))]);
    expect(health(app)).toMatchObject({ reason: { name: "CrashLoop" } });
  });
});

describe("a pod that fails", () => {
  it.each([
    [
      "no room",
      aPod("a", undefined, { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }] }),
      "No machine has room for 256Mi of memory and 250m CPU. Choose a smaller plan or add machines.",
    ],
    [
      "an image that is not there",
      aPod("a", {
        state: {
          waiting: { reason: "ImagePullBackOff", message: 'Back-off pulling image "x": ErrImagePull: not found' },
        },
      }),
      "registry.example/shop/web:1 cannot be pulled: not found. Check name and access.",
    ],
    [
      "an image name that cannot be",
      aPod("a", { state: { waiting: { reason: "InvalidImageName" } } }),
      "registry.example/shop/web:1 cannot be pulled: InvalidImageName. Check name and access.",
    ],
    [
      "a container that runs as root",
      aPod("a", {
        state: { waiting: { reason: "CreateContainerConfigError", message: "image will run as root" } },
      }),
      "The container cannot start: image will run as root. Correct command or configuration.",
    ],
    [
      "a container error without words",
      aPod("a", { state: { waiting: { reason: "RunContainerError" } } }),
      "The container cannot start: RunContainerError. Correct command or configuration.",
    ],
    [
      "a command that does not exist",
      aPod("a", {
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
        lastState: { terminated: { exitCode: 128, reason: "StartError", message: 'exec: "nope": not found' } },
      }),
      "The container cannot start: not found. Correct command or configuration.",
    ],
    [
      "a start error without words",
      aPod("a", { state: { terminated: { exitCode: 128, reason: "ContainerCannotRun" } } }),
      "The container cannot start: ContainerCannotRun. Correct command or configuration.",
    ],
    [
      "too much memory",
      aPod("a", { state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }),
      "It passed its 256Mi of memory. Use less or a larger plan.",
    ],
    [
      "a third crash",
      aPod("a", crash("back-off 40s restarting")),
      "Exited 3 times in 5 min, code 1. Read the last lines; deploy a fix.",
    ],
    [
      "a crash nobody can explain",
      aPod("a", { restartCount: 5, state: { waiting: { reason: "CrashLoopBackOff" } } }),
      "Exited 3 times in 5 min, code unknown. Read the last lines; deploy a fix.",
    ],
    [
      "a port nothing listens on",
      aPod("a", { state: { running: { startedAt: seconds(31) } } }),
      "Nothing listens on 3000. Listen on 0.0.0.0:$PORT.",
    ],
  ])("says %s", (_, pod, message) => {
    expect(failing(pod)).toMatchObject({ k: "degraded", reason: { message } });
  });

  it.each([
    ["its second crash", aPod("a", crash("back-off 10s restarting"))],
    ["its first crash", aPod("a", crash("back-off 20s restarting", 1))],
    ["it is deleted", aPod("a", crash("back-off 40s"), { deleting: true })],
    ["it is ready", aPod("a", { ready: true, lastState: { terminated: { reason: "OOMKilled" } } })],
    [
      "it was ended without a word of why",
      aPod("a", { restartCount: 1, lastState: { terminated: { exitCode: 143 } } }),
    ],
  ])("is waited for at %s", (_, pod) => {
    expect(failing(pod)).toEqual({ k: "progressing" });
  });
});

describe("pods the API server refused", () => {
  const refused = (message: string) =>
    health(
      anApp().running(
        "web",
        aDeployment({ replicas: 1, ready: 0, updated: 0, total: 0 }, [
          { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message },
        ]),
      ),
    );

  it("name the quota that is used up", () => {
    const message =
      "pods is forbidden: exceeded quota: skypanel.quota, requested: limits.memory=1Gi, used: limits.memory=32Gi";
    expect(refused(message)).toMatchObject({
      reason: { message: "The quota of memory is used up. Free some or raise it." },
    });
  });

  it("say what else was wrong", () => {
    expect(refused('pods "x" is forbidden: violates PodSecurity')).toMatchObject({ reason: { name: "StartFailed" } });
  });
});

describe("probes", () => {
  const silent = aPod("a", { started: true, state: { running: { startedAt: seconds(60) } } });
  const heard = (words: string | undefined, pod = silent) => {
    const app = anApp().process(http).running("web", rolling, [pod]);
    return health(words === undefined ? app : app.hearing("a-uid", words));
  };

  it.each([
    [
      "Readiness probe failed: HTTP probe failed with statuscode: 503",
      "/ok answers 503. Fix the endpoint or the probe.",
    ],
    [
      "Readiness probe failed: context deadline exceeded",
      "/ok answers nothing within 10 s. Fix the endpoint or the probe.",
    ],
    ["Readiness probe failed: EOF", "/ok answers nothing of use. Fix the endpoint or the probe."],
    ["dial tcp 10.0.0.1:3000: connect: connection refused", "Nothing listens on 3000. Listen on 0.0.0.0:$PORT."],
    [undefined, "/ok answers nothing of use. Fix the endpoint or the probe."],
  ])("tell the port from the path: %s", (words, message) => {
    expect(heard(words)).toMatchObject({ k: "degraded", reason: { message } });
  });

  it("explain an end by signal", () => {
    const ended = aPod("a", { ...crash("back-off 10s", 1, 143) });
    expect(heard("Startup probe failed: HTTP probe failed with statuscode: 404", ended)).toMatchObject({
      reason: { message: "/ok answers 404. Fix the endpoint or the probe." },
    });
  });
});

describe("the worst of several", () => {
  const stalled = failing(aPod("a", crash("back-off 40s")));
  const trouble = failing(aPod("a", { state: { waiting: { reason: "ErrImagePull" } } }));
  it.each([
    ["nothing is healthy", [], { k: "healthy" }],
    ["progress beats health", [{ k: "healthy" }, { k: "progressing" }], { k: "progressing" }],
    ["a failure beats progress", [{ k: "progressing" }, trouble], trouble],
    ["what a person must do beats all", [trouble, stalled, trouble], stalled],
  ] as const)("%s", (_, all, worst) => {
    expect(worstOf(all)).toEqual(worst);
  });
});
