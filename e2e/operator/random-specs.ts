import type { JsonObject } from "../../operator/src/kube/kube.ts";
import type { Random } from "../harness/seeds.ts";

const image = (tag: number) => ({ image: { reference: `registry.example/shop/web:${tag}` } });
const names = ["web", "mailer", "w3", "jobs"] as const;

/** An app as a customer may ask for it, each property given or not, at its bounds or between them. */
export function aGoodSpec(random: Random): JsonObject {
  const { below, chance } = random;
  const maybe = (share: number, fields: JsonObject): JsonObject => (chance(share) ? fields : {});
  const used = random.shuffled(names).slice(0, 1 + below(names.length));
  return {
    source: image(below(3)),
    processes: used.map((name, index) => aProcess(random, name, index === 0 && chance(0.7))),
    ...maybe(0.5, { variables: [{ name: "A", value: chance(0.2) ? "" : `costs $${below(9)}` }] }),
    ...maybe(0.3, { slug: random.pick(["shop", "shop-x7k2"]) }),
    ...maybe(0.2, { state: "Stopped" }),
    ...maybe(0.2, { suspended: { reason: random.pick(["Wallet", "Admin"]) } }),
    ...maybe(0.3, { restartRequest: `r${below(3)}` }),
    ...maybe(0.3, { rollout: { progressDeadlineSeconds: random.pick([10, 600, 3_600]) } }),
  };
}

function aProcess(random: Random, name: string, isWeb: boolean): JsonObject {
  const { below, chance } = random;
  const maybe = (share: number, fields: JsonObject): JsonObject => (chance(share) ? fields : {});
  const min = 1 + below(4);
  return {
    ...(isWeb ? { name, type: "Web", port: random.pick([1, 3_000, 65_535]) } : { name, type: "Worker" }),
    ...maybe(0.7, { replicas: random.pick([0, 1, 2, 7, 100]) }),
    ...maybe(0.4, { autoscaling: { min, max: min + below(6), ...maybe(0.5, { memoryPercent: 10 + below(86) }) } }),
    ...maybe(0.5, { resources: { cpu: random.pick(["250m", "1", 2]), memory: random.pick(["64Mi", "1Gi"]) } }),
    ...maybe(0.4, { command: ["node", "main.js", "$(HOME)"] }),
    ...(isWeb ? maybe(0.5, { health: { http: { path: "/ready" }, periodSeconds: random.pick([5, 600]) } }) : {}),
    ...maybe(0.3, { terminationGraceSeconds: random.pick([1, 60]) }),
  };
}

/** One that nobody's edge lets through: an object of another schema, or one that is not ours to read. */
export function aWrongSpec(random: Random): JsonObject {
  const [first, ...rest] = (aGoodSpec(random).processes ?? []) as JsonObject[]; // made above
  const broken: JsonObject = random.pick<JsonObject>([
    { replicas: -1 },
    { replicas: 101 },
    { replicas: null },
    { replicas: "3" },
    { replica: 3 },
    { port: 65_536, type: "Web" },
    { resources: { memory: "128m" } },
    { autoscaling: { min: 3, max: 2 } },
    { command: "node main.js" },
  ]);
  return random.pick<JsonObject>([
    { ...aGoodSpec(random), processes: [{ ...first, ...broken }, ...rest] },
    { ...aGoodSpec(random), processes: [] },
    { ...aGoodSpec(random), source: { image: { reference: "" } } },
    { ...aGoodSpec(random), state: "Paused" },
    { processes: [] },
    {},
  ]);
}
