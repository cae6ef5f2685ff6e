import { deployments, networkPolicies } from "../../operator/src/kube/resources.ts";
import { images, type Stage, worker } from "./stage.ts";

/** Something that is asked for, and during which the operator dies at each of its calls. */
export interface Scenario {
  readonly name: string;
  /** What there is before. */
  arrange(stage: Stage): Promise<void>;
  act(stage: Stage): Promise<void>;
  /** What is asked for next: while the operator is dead, if it died. */
  meanwhile?(stage: Stage): Promise<void>;
  /** True: it ends with nothing left. */
  readonly isEnd?: true;
  /** True: it brings its tenant along. */
  readonly isTenant?: true;
}

const running = (stage: Stage) => stage.app();
const with_ = (change: object) => (stage: Stage) => stage.app({ processes: [{ ...worker, ...change }] });
const second = { ...worker, name: "second" };
const reading = (stage: Stage) => stage.app({ variablesFrom: [{ kind: "Sealed", name: `${stage.name}-values` }] });

/** Every change of operator.md §8 that the kinds of today know. */
export const scenarios: readonly Scenario[] = [
  { name: "tenant", arrange: async () => {}, act: (stage) => stage.claim(), isTenant: true },
  { name: "create", arrange: async () => {}, act: running },
  { name: "image", arrange: running, act: (stage) => stage.app({ source: { image: { reference: images.second } } }) },
  { name: "scale", arrange: running, act: with_({ replicas: 2 }) },
  { name: "autoscaler", arrange: with_({ replicas: 2 }), act: with_({ autoscaling: { min: 2, max: 2 } }) }, // it decides nothing of its own
  { name: "suspend", arrange: running, act: (stage) => stage.app({ suspended: { reason: "Wallet" } }) },
  { name: "stop", arrange: running, act: (stage) => stage.app({ state: "Stopped" }) },
  { name: "start", arrange: (stage) => stage.app({ state: "Stopped" }), act: running },
  {
    name: "variable",
    arrange: running,
    act: (stage) => stage.app({ variables: [{ name: "GREETING", value: "Ahoy" }] }),
  },
  {
    name: "sealed value",
    arrange: async (stage) => {
      await stage.sealed("before");
      await reading(stage);
    },
    act: (stage) => stage.sealed("after"),
  },
  { name: "process added", arrange: running, act: (stage) => stage.app({ processes: [worker, second] }) },
  { name: "process removed", arrange: (stage) => stage.app({ processes: [worker, second] }), act: running },
  { name: "delete", arrange: running, act: (stage) => stage.remove(), isEnd: true },
  {
    name: "sealed value, again meanwhile",
    arrange: async () => {},
    act: (stage) => stage.sealed("first"),
    meanwhile: (stage) => stage.sealed("second"),
  },
  {
    name: "create, deleted meanwhile",
    arrange: async () => {},
    act: running,
    meanwhile: (stage) => stage.remove(),
    isEnd: true,
  },
  {
    name: "recreate",
    arrange: running,
    act: async (stage) => {
      await stage.remove();
      await running(stage);
    },
  },
  { name: "drift", arrange: running, act: drift },
];

/** Somebody scales the workload by hand and removes the fence around it. */
async function drift({ hands, namespace, name }: Stage): Promise<void> {
  const workload = { resource: deployments, namespace, name: `${name}-worker` };
  await hands.kube.apply(workload, { spec: { replicas: 2 } }, { manager: "skypanel-replicas", force: true });
  await hands.remove({ resource: networkPolicies, namespace, name });
}
