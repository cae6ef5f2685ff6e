import { describe, expect, it } from "vitest";
import type { Applied } from "../kube/controller.ts";
import { autoscaledAnnotation } from "../labels.ts";
import { type AppBuilder, aDeployment, anApp } from "./an-app.ts";
import { desired } from "./desired.ts";
import { sizeOf } from "./size.ts";
import { status } from "./status.ts";

const web = { name: "web", type: "Web", port: 3000 };
const autoscaled = (autoscaling: object = { min: 2, max: 8 }, replicas = 1) =>
  anApp().process({ ...web, replicas, autoscaling });
const handedOver = { [autoscaledAnnotation]: "true" };
const running = (app: AppBuilder, replicas: number, annotations = {}) =>
  app.running("web", aDeployment({ replicas }, [], annotations));
const known = (process: object) => ({
  processes: [{ name: "web", type: "Web" as const, desired: 0, updated: 0, ready: 0, ...process }],
});

function size(app: AppBuilder) {
  const world = app.world();
  const [one] = world.processes;
  if (one === undefined) throw new Error("an app has a process");
  return sizeOf(world, one);
}

const nothing: Applied = { children: [], paused: false };
const shown = (app: AppBuilder) => status(app.world(), nothing, 0).status.processes?.[0];

describe("the size of a process", () => {
  it.each([
    ["a fixed one is as asked", anApp().process({ ...web, replicas: 3 }), { by: "us", replicas: 3 }],
    ["a fixed one that was autoscaled", running(anApp().process({ ...web, replicas: 3 }), 7, handedOver), { by: "us" }],
    ["a new one begins with the fewest", autoscaled(), { by: "us", replicas: 2 }],
    ["a new one begins with what is asked", autoscaled(undefined, 4), { by: "us", replicas: 4 }],
    ["a new one begins with the most at most", autoscaled(undefined, 9), { by: "us", replicas: 8 }],
    ["seven stay seven", running(autoscaled(), 7), { by: "autoscaler", replicas: 7, isNew: true }],
    ["seven go on", running(autoscaled(), 7, handedOver), { by: "autoscaler", replicas: 7, isNew: false }],
    ["beyond its bounds it is the autoscaler's affair", running(autoscaled(), 20), { by: "autoscaler", replicas: 20 }],
    ["a stopped one has none", running(autoscaled(), 7, handedOver).stopped(), { by: "us", replicas: 0 }],
    ["a suspended one has none", running(autoscaled(), 7).suspended("Wallet"), { by: "us", replicas: 0 }],
    ["it comes back", running(autoscaled(), 0).knownAs(known({ resumeReplicas: 7 })), { by: "us", replicas: 7 }],
    ["it comes back within new bounds", autoscaled().knownAs(known({ resumeReplicas: 70 })), { replicas: 8 }],
    ["a removed Deployment comes back", autoscaled().knownAs(known({ desired: 6 })), { by: "us", replicas: 6 }],
  ])("is known: %s", (_, app, expected) => {
    expect(size(app)).toMatchObject(expected);
  });
});

describe("the size an app resumes with", () => {
  it.each([
    ["nothing while it runs", running(autoscaled(), 7), undefined],
    ["nothing for a fixed size", running(anApp().process({ ...web, replicas: 3 }), 3).stopped(), undefined],
    ["what ran when it was stopped", running(autoscaled(), 7).stopped(), 7],
    [
      "what was recorded then",
      running(autoscaled(), 0)
        .stopped()
        .knownAs(known({ resumeReplicas: 7 })),
      7,
    ],
    [
      "not what somebody edits",
      running(autoscaled(), 3)
        .stopped()
        .knownAs(known({ resumeReplicas: 7 })),
      7,
    ],
    [
      "what the status of before says",
      running(autoscaled(), 0)
        .stopped()
        .knownAs(known({ desired: 7 })),
      7,
    ],
  ])("is %s", (_, app, resumeReplicas) => {
    expect(shown(app)?.resumeReplicas).toBe(resumeReplicas);
  });
});

describe("an autoscaled process", () => {
  const deploymentOf = (app: AppBuilder) => {
    const children = desired(app.world());
    return "length" in children ? children.find(({ resource }) => resource.kind === "Deployment") : undefined;
  };

  it("is handed over at its present size, once", () => {
    const first = deploymentOf(running(autoscaled(), 7));
    expect(first?.handOver).toEqual({ manager: "skypanel-replicas", fields: { spec: { replicas: 7 } } });
    expect(first?.manifest.spec).not.toHaveProperty("replicas");
    expect(deploymentOf(running(autoscaled(), 7, handedOver))).not.toHaveProperty("handOver");
  });

  it("shows as wanted what its autoscaler wants", () => {
    expect(shown(running(autoscaled(), 7, handedOver))).toMatchObject({ desired: 7, ready: 7 });
  });
});
