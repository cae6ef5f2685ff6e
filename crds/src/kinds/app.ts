import { z } from "zod";
import {
  cpu,
  dnsName,
  hostName,
  instant,
  listMap,
  memory,
  objectName,
  ruled,
  suspended,
  text,
  variablePattern,
} from "../fields.ts";
import { limits } from "../limits.ts";
import { GROUP, type Kind, type KubeObject, VERSION } from "../meta.ts";
import { reasonNames } from "../reasons.ts";
import { ageColumns, phaseColumns, statusFields } from "../status.ts";

const bounds = limits.app;
const replicas = () => z.int().min(0).max(bounds.replicas);
const imagePattern =
  /^([a-zA-Z0-9.-]+(:[0-9]{1,5})?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[a-f0-9]{64})?$/;

const image = z.strictObject({
  reference: text(512, 1)
    .regex(imagePattern, "must be an image reference such as registry.example/shop/web:1.4")
    .meta({ title: "Image", description: "Image to run, by tag or by digest." }),
  pullSecret: objectName()
    .optional()
    .meta({ title: "Pull secret", description: "Secret of this namespace with the registry's credentials." }),
});

const resources = z.strictObject({
  cpu: cpu().default("250m").meta({ title: "CPU", description: "Cores, or thousandths of a core: 250m." }),
  memory: memory().default("256Mi").meta({ title: "Memory", description: "Passing it ends the instance: 256Mi." }),
  ephemeralStorage: memory()
    .default("1Gi")
    .meta({ title: "Scratch disk", description: "Space for files that need not last." }),
});

const health = z.strictObject({
  http: z
    .strictObject({
      path: text(1_024, 1)
        .regex(/^\/[^\s]*$/, "must begin with /")
        .meta({ title: "Path", description: "Answers 200 to 399 when well." }),
    })
    .optional()
    .describe("Ask this path. Without it, a connection to the port is enough."),
  periodSeconds: z
    .int()
    .min(5)
    .max(600)
    .default(30)
    .meta({ title: "Every (s)", description: "Seconds between checks." }),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(60)
    .default(10)
    .meta({ title: "Timeout (s)", description: "Seconds an answer may take." }),
  failureThreshold: z
    .int()
    .min(1)
    .max(10)
    .default(3)
    .meta({ title: "Failures", description: "Failures in a row before a restart." }),
  startSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(60)
    .meta({ title: "Start (s)", description: "Seconds a start may take." }),
});

const process = ruled(
  ruled(
    z.strictObject({
      name: dnsName(bounds.processNameLength).meta({
        title: "Name",
        description: "Name of the process within the app.",
      }),
      type: z
        .enum(["Web", "Worker"])
        .meta({ title: "Type", description: "Web gets the app's URL; Worker gets no traffic." }),
      command: z
        .array(text(bounds.commandWordLength))
        .min(1)
        .max(bounds.commandWords)
        .optional()
        .meta({ title: "Command", description: "Program and arguments, no shell. Default: the image's own." }),
      port: z
        .int()
        .min(1)
        .max(65_535)
        .optional()
        .meta({ title: "Port", description: "Port it listens on, also given as $PORT." }),
      replicas: replicas().default(1).meta({ title: "Instances", description: "How many run at once." }),
      resources: resources.prefault({}).meta({ title: "Size", description: "What each instance may use." }),
      health: health
        .optional()
        .meta({ title: "Health check", description: "How to tell a good instance from a bad one." }),
      terminationGraceSeconds: z
        .int()
        .min(1)
        .max(bounds.terminationGraceSeconds)
        .default(30)
        .meta({ title: "Grace (s)", description: "Seconds between SIGTERM and SIGKILL." }),
    }),
    {
      cel: "(self.type == 'Web') == has(self.port)",
      holds: ({ type, port }) => (type === "Web") === (port !== undefined),
      message: "port is required for a Web process and not allowed for a Worker",
      field: "port",
    },
  ),
  {
    cel: "self.type == 'Web' || !has(self.health)",
    holds: ({ type, health }) => type === "Web" || health === undefined,
    message: "health needs a port, so only a Web process has it",
    field: "health",
  },
);

const processes = ruled(listMap(process, ["name"], bounds.processes, 1), {
  cel: "self.filter(process, process.type == 'Web').size() <= 1",
  holds: (all) => all.filter(({ type }) => type === "Web").length <= 1,
  message: "at most one process may be of type Web",
});

const variable = z.strictObject({
  name: text(limits.variables.keyLength, 1)
    .regex(new RegExp(variablePattern), "must be letters, digits and _, not beginning with a digit")
    .meta({ title: "Name", description: "Name in the environment." }),
  value: text(limits.variables.valueLength).meta({
    title: "Value",
    description: "Plain text. Secrets go into a Sealed.",
  }),
});

const variables = ruled(listMap(variable, ["name"], limits.variables.count), {
  cel: `self.map(variable, variable.value.size()).sum() <= ${limits.variables.sumBytes}`,
  holds: (all) => all.reduce((sum, { value }) => sum + value.length, 0) <= limits.variables.sumBytes,
  message: `values together may have ${limits.variables.sumBytes} characters`,
});

const variablesSource = z.strictObject({
  kind: z.enum(["Sealed", "Secret"]).default("Sealed").describe("Kind of the object."),
  name: objectName().describe("Its name, in this namespace."),
});

/** What a customer asks of an app. */
export const appSpec = z.strictObject({
  source: z
    .strictObject({ image: image.meta({ title: "Image", description: "Run a ready-made image." }) })
    .meta({ title: "Source", description: "Where the code comes from." }),
  processes: processes.meta({ title: "Processes", description: "What runs; at most one gets the app's URL." }),
  variables: variables
    .optional()
    .meta({ title: "Variables", description: "Environment of every process; not for secrets." }),
  variablesFrom: listMap(variablesSource, ["kind", "name"], limits.variables.sources)
    .optional()
    .meta({ title: "Secret variables", description: "Objects whose values join the environment; later ones win." }),
  slug: dnsName(63).optional().meta({
    title: "Host",
    description: "First label of its host below the cluster's base domain. Default: its name.",
  }),
  state: z
    .enum(["Running", "Stopped"])
    .default("Running")
    .meta({ title: "State", description: "Stopped keeps everything but runs no instance." }),
  suspended: suspended().optional().describe("Set by the provider: overrides state and keeps the sizes."),
  rollout: z
    .strictObject({
      progressDeadlineSeconds: z
        .int()
        .min(10)
        .max(bounds.progressDeadlineSecondsMax)
        .default(bounds.progressDeadlineSeconds)
        .meta({ title: "Deadline (s)", description: "Seconds a new version may take to become ready." }),
    })
    .prefault({})
    .meta({ title: "Rollout", description: "How a new version replaces the old one." }),
  restartRequest: text(64)
    .regex(/^[A-Za-z0-9._:-]*$/)
    .optional()
    .describe("Any new value asks for a rolling restart."),
});

const processStatus = z.strictObject({
  name: dnsName(bounds.processNameLength),
  type: z.enum(["Web", "Worker"]).describe("As in spec."),
  desired: replicas().describe("Instances asked for."),
  updated: replicas().describe("Instances of the newest version."),
  ready: replicas().describe("Instances that serve, of any version."),
});

const instance = z.strictObject({
  name: objectName().describe("Name of the pod."),
  process: dnsName(bounds.processNameLength).describe("The process it is an instance of."),
  state: z.enum(["Pending", "Starting", "Ready", "NotReady", "Stopping", "Failed"]).describe("What it is doing."),
  restarts: z.int().min(0).max(1_000_000_000).describe("Times its container was started again."),
  startedAt: instant().optional().describe("When its container last started."),
  lastExitCode: z.int().min(-255).max(255).optional().describe("Exit code of the container before."),
  reason: z.enum(reasonNames).optional().describe("Why it is not ready."),
  lastLines: z.array(text(512)).max(bounds.lastLines).optional().describe("What the container before wrote last."),
});

/** What is, as the operator saw it. */
export const appStatus = z.strictObject({
  phase: z
    .enum([
      "Pending",
      "Building",
      "Releasing",
      "RollingOut",
      "Live",
      "Degraded",
      "Stopped",
      "Failed",
      "Suspended",
      "Deleting",
    ])
    .optional()
    .describe("Where it stands, for people."),
  url: text(300).optional().describe("Where the app answers."),
  hosts: listMap(z.strictObject({ host: hostName() }), ["host"], bounds.hosts)
    .optional()
    .describe("Host names that lead to it."),
  processes: listMap(processStatus, ["name"], bounds.processes).optional().describe("Instances by process."),
  instances: listMap(instance, ["name"], bounds.instancesShown).optional().describe("Its pods; the first 50 by name."),
  ...statusFields,
});

export type AppSpec = z.output<typeof appSpec>;
export type AppStatus = z.output<typeof appStatus>;
export type App = KubeObject<AppSpec, AppStatus>;

/** A customer's application: code, the processes that run it and what they need. */
export const app: Kind<AppSpec, AppStatus> = {
  group: GROUP,
  version: VERSION,
  kind: "App",
  plural: "apps",
  singular: "app",
  shortNames: [],
  scope: "Namespaced",
  nameLength: bounds.nameLength,
  description: "A customer's application: where its code comes from, the processes that run it and what they need.",
  spec: appSpec,
  status: appStatus,
  printerColumns: [
    ...phaseColumns,
    { name: "URL", type: "string", jsonPath: ".status.url", description: "Where it answers." },
    ...ageColumns,
  ],
};
