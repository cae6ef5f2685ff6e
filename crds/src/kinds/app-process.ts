import { z } from "zod";
import { argument, cpu, dnsName, listMap, memory, ruled, text } from "../fields.ts";
import { limits } from "../limits.ts";

const bounds = limits.app;

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
        .regex(/^\/[!-~]*$/, "must begin with / and hold no space; other characters are written %20")
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

const percent = () => z.int().min(10).max(95);
const count = () => z.int().min(1).max(bounds.replicas);

const autoscaling = ruled(
  z.strictObject({
    min: count().default(1).meta({ title: "At least", description: "Fewest instances." }),
    max: count().meta({ title: "At most", description: "Most instances; so many may have to be paid for." }),
    cpuPercent: percent()
      .default(70)
      .meta({ title: "CPU (%)", description: "Part of their CPU the instances are to use on average." }),
    memoryPercent: percent()
      .optional()
      .meta({ title: "Memory (%)", description: "Part of their memory they are to use on average, if it counts too." }),
  }),
  {
    cel: "self.min <= self.max",
    holds: ({ min, max }) => min <= max,
    message: "min may not be above max",
    field: "min",
  },
);

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
        .array(argument(bounds.commandWordLength))
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
      replicas: z
        .int()
        .min(0)
        .max(bounds.replicas)
        .default(1)
        .meta({ title: "Instances", description: "How many run at once." }),
      autoscaling: autoscaling.optional().meta({
        title: "Autoscaling",
        description: "As many instances as there is work for, instead of a fixed number.",
      }),
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

/** What runs of an app: processes by name, at most one of them reached from outside. */
export const processes = ruled(listMap(process, ["name"], bounds.processes, 1), {
  cel: "self.filter(process, process.type == 'Web').size() <= 1",
  holds: (all) => all.filter(({ type }) => type === "Web").length <= 1,
  message: "at most one process may be of type Web",
});
