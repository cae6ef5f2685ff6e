import { z } from "zod";

const argv = z
  .array(
    z
      .string()
      .min(1)
      .max(1_024)
      .regex(/^[^\0\p{Surrogate}]*$/u, "may not contain NUL"),
  )
  .max(64);

const health = z.strictObject({
  path: z
    .string()
    .max(255)
    .regex(/^\/[^\s]*$/, "must begin with / and hold no space")
    .optional(),
  periodSeconds: z.int().min(5).max(600).default(30),
  timeoutSeconds: z.int().min(1).max(60).default(10),
  failureThreshold: z.int().min(1).max(10).default(3),
  startSeconds: z.int().min(5).max(600).default(60),
});

/** A process as the panel edits it: CPU in millicores, memory in MiB; a Web process has a port, a Worker none. */
export const processInput = z
  .strictObject({
    name: z
      .string()
      .max(20)
      .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, "must be lower-case letters, digits and '-'"),
    type: z.enum(["Web", "Worker"]),
    command: argv.default([]),
    port: z.int().min(1).max(65_535).optional(),
    replicas: z.int().min(0).max(100).default(1),
    cpuMillicores: z.int().min(10).max(64_000).default(250),
    memoryMiB: z.int().min(16).max(262_144).default(256),
    health: health.optional(),
  })
  .refine((process) => process.type !== "Web" || process.port !== undefined, {
    path: ["port"],
    message: "a Web process needs a port",
  })
  .refine((process) => process.type !== "Worker" || process.port === undefined, {
    path: ["port"],
    message: "a Worker process has no port",
  });

/** A process as a service receives it: defaults filled in. */
export type ProcessInput = z.output<typeof processInput>;

export const processStatus = z.strictObject({
  name: z.string(),
  desired: z.int().min(0),
  updated: z.int().min(0),
  ready: z.int().min(0),
});

/** One running copy of a process; the last lines and exit code are those of its previous container. */
export const instance = z.strictObject({
  name: z.string(),
  process: z.string(),
  state: z.string(),
  ready: z.boolean(),
  restarts: z.int().min(0),
  startedAt: z.string().nullable(),
  lastExitCode: z.int().nullable(),
  reason: z.string().nullable(),
  lastLines: z.array(z.string()).max(20),
});

/** A process as it is asked to be; one applied with kubectl may lie outside the bounds of the panel. */
export const processView = z.strictObject({
  name: z.string(),
  type: z.enum(["Web", "Worker"]),
  command: z.array(z.string()),
  port: z.int().nullable(),
  replicas: z.int().min(0),
  cpuMillicores: z.int().min(0),
  memoryMiB: z.int().min(0),
  health: z.strictObject({ ...health.shape, path: z.string().optional() }).nullable(),
});
