import { anApp, aSealed, aStateSource, aTenant, aWeb, type Manifest, someSettings } from "./good-manifests.ts";

/** A manifest nobody may get past, what is wrong with it, and the field that a refusal must name. */
type WrongManifest = readonly [title: string, field: string, manifest: Manifest];

const processes = (...all: Record<string, unknown>[]) => anApp({ processes: all });
const web = (fields: Record<string, unknown>) => processes(aWeb(fields));
const image = (reference: unknown) => anApp({ source: { image: { reference } } });
const variable = (name: string, value: unknown = "x") => anApp({ variables: [{ name, value }] });
const named = (manifest: Manifest, name: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, name },
});
const first = "spec.processes[0]";

const wrongApps: WrongManifest[] = [
  ["no spec", "spec", { ...anApp(), spec: undefined } as unknown as Manifest], // the very thing the type forbids
  ["a name that begins with a digit", "metadata.name", named(anApp(), "1shop")],
  ["a name of 41 characters", "metadata.name", named(anApp(), "a".repeat(41))],
  ["a name with a dot", "metadata.name", named(anApp(), "shop.web")],
  ["a misspelt field of the spec", "spec.replica", anApp({ replica: 2 })],
  ["no source", "spec.source", anApp({ source: undefined })],
  ["a source without image", "spec.source.image", anApp({ source: {} })],
  ["an image with a scheme", "spec.source.image.reference", image("https://registry.example/shop")],
  ["an image in capitals", "spec.source.image.reference", image("Shop/Web")],
  ["an image with a space", "spec.source.image.reference", image("shop web")],
  ["an empty image", "spec.source.image.reference", image("")],
  ["an image that is a number", "spec.source.image.reference", image(1)],
  ["a digest that is cut", "spec.source.image.reference", image("shop@sha256:abc")],
  ["no process", "spec.processes", processes()],
  [
    "eleven processes",
    "spec.processes",
    processes(...Array.from({ length: 11 }, (_, n) => ({ name: `w${n}`, type: "Worker" }))),
  ],
  ["two processes of one name", "spec.processes", processes(aWeb(), { name: "web", type: "Worker" })],
  ["two Web processes", "spec.processes", processes(aWeb(), aWeb({ name: "admin" }))],
  ["processes as a map", "spec.processes", anApp({ processes: { web: aWeb() } })],
  ["a misspelt field of a process", `${first}.replica`, web({ replica: 3 })],
  ["a process without type", `${first}.type`, processes({ name: "web", port: 80 })],
  ["a type that does not exist", `${first}.type`, web({ type: "Server" })],
  ["a process name with a capital", `${first}.name`, web({ name: "Web" })],
  ["a Web process without port", `${first}.port`, web({ port: undefined })],
  ["a Worker with a port", `${first}.port`, processes({ name: "mail", type: "Worker", port: 25 })],
  ["port 0", `${first}.port`, web({ port: 0 })],
  ["port 65536", `${first}.port`, web({ port: 65_536 })],
  ["a port as text", `${first}.port`, web({ port: "3000" })],
  ["101 instances", `${first}.replicas`, web({ replicas: 101 })],
  ["a negative number of instances", `${first}.replicas`, web({ replicas: -1 })],
  ["half an instance", `${first}.replicas`, web({ replicas: 0.5 })],
  ["autoscaling without an upper end", `${first}.autoscaling.max`, web({ autoscaling: { min: 1 } })],
  ["autoscaling down to nothing", `${first}.autoscaling.min`, web({ autoscaling: { min: 0, max: 3 } })],
  ["autoscaling from many to few", `${first}.autoscaling.min`, web({ autoscaling: { min: 4, max: 3 } })],
  ["autoscaling beyond 100 instances", `${first}.autoscaling.max`, web({ autoscaling: { min: 1, max: 101 } })],
  ["a target of all CPU", `${first}.autoscaling.cpuPercent`, web({ autoscaling: { max: 3, cpuPercent: 96 } })],
  [
    "a target of 5 % of memory",
    `${first}.autoscaling.memoryPercent`,
    web({ autoscaling: { max: 3, memoryPercent: 5 } }),
  ],
  ["an empty command", `${first}.command`, web({ command: [] })],
  ["a command in one string", `${first}.command`, web({ command: "node server.js" })],
  ["memory in thousandths of a byte", `${first}.resources.memory`, web({ resources: { memory: "128m" } })],
  ["negative memory", `${first}.resources.memory`, web({ resources: { memory: "-1Gi" } })],
  ["CPU with a unit of memory", `${first}.resources.cpu`, web({ resources: { cpu: "1Gi" } })],
  ["a health path that is relative", `${first}.health.http.path`, web({ health: { http: { path: "ready" } } })],
  ["a health check every second", `${first}.health.periodSeconds`, web({ health: { periodSeconds: 1 } })],
  ["a health check on a Worker", `${first}.health`, processes({ name: "mail", type: "Worker", health: {} })],
  ["a grace of ten minutes", `${first}.terminationGraceSeconds`, web({ terminationGraceSeconds: 600 })],
  ["a variable with a dash", "spec.variables[0].name", variable("MY-VAR")],
  ["a variable that begins with a digit", "spec.variables[0].name", variable("1ST")],
  ["a variable that is a number", "spec.variables[0].value", variable("PORTS", 8080)],
  [
    "a variable twice",
    "spec.variables",
    anApp({
      variables: [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
      ],
    }),
  ],
  ["a value of 33 KiB", "spec.variables[0].value", variable("BIG", "x".repeat(33 * 1024))],
  [
    "values of 97 KiB in all",
    "spec.variables",
    anApp({ variables: ["A", "B", "C", "D"].map((name) => ({ name, value: "x".repeat(25_000) })) }),
  ],
  [
    "variables from a ConfigMap",
    "spec.variablesFrom[0].kind",
    anApp({ variablesFrom: [{ kind: "ConfigMap", name: "x" }] }),
  ],
  ["a state that does not exist", "spec.state", anApp({ state: "Paused" })],
  ["suspended without reason", "spec.suspended.reason", anApp({ suspended: { message: "no" } })],
  ["suspended as a switch", "spec.suspended", anApp({ suspended: true })],
  [
    "a deadline of a second",
    "spec.rollout.progressDeadlineSeconds",
    anApp({ rollout: { progressDeadlineSeconds: 1 } }),
  ],
];

const wrongOthers: WrongManifest[] = [
  ["a tenant's namespace that is too long", "spec.namespace", aTenant({ namespace: "a".repeat(57) })],
  ["a quota without unit of memory", "spec.quota.memory", aTenant({ quota: { memory: "8 GB" } })],
  ["a quota of no instance", "spec.quota.pods", aTenant({ quota: { pods: 0 } })],
  ["listed egress without a list", "spec.network.cidrs", aTenant({ network: { egress: "Listed" } })],
  ["a range that is none", "spec.network.cidrs[0]", aTenant({ network: { egress: "Listed", cidrs: ["10.0.0.0/33"] } })],
  ["a plain value where a sealed one belongs", "spec.values", aSealed({ values: { TOKEN: "swordfish" } })],
  ["a sealed name with a dot", "spec.values", aSealed({ values: { "a.b": aSealed().spec?.values } })],
  ["no recipient", "spec.recipient", aSealed({ recipient: undefined })],
  ["a repository with credentials", "spec.url", aStateSource({ url: "https://me:secret@git.example/state" })],
  ["a repository over ssh", "spec.url", aStateSource({ url: "ssh://git.example/state" })],
  ["a branch that is an option", "spec.branch", aStateSource({ branch: "--upload-pack=x" })],
  ["a brake beyond 100 %", "spec.prune.maxPercent", aStateSource({ prune: { maxPercent: 101 } })],
  ["settings of another name", "metadata.name", named(someSettings(), "other")],
  ["a base domain with a scheme", "spec.baseDomain", someSettings({ baseDomain: "https://apps.example" })],
  ["an ingress port beyond the last", "spec.ingress.port", someSettings({ ingress: { port: 70_000 } })],
];

/** Every wrong manifest: the API server and our own edges refuse each, naming its field. */
export const wrongManifests: readonly WrongManifest[] = [...wrongApps, ...wrongOthers];
