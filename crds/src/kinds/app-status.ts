import { z } from "zod";
import { dnsName, hostName, instant, listMap, objectName, text } from "../fields.ts";
import { limits } from "../limits.ts";
import { reasonNames } from "../reasons.ts";
import { statusFields } from "../status.ts";

const bounds = limits.app;
const replicas = () => z.int().min(0).max(bounds.replicas);

const processStatus = z.strictObject({
  name: dnsName(bounds.processNameLength),
  type: z.enum(["Web", "Worker"]).describe("As in spec."),
  desired: replicas().describe("Instances asked for."),
  updated: replicas().describe("Instances of the newest version."),
  ready: replicas().describe("Instances that serve, of any version."),
  resumeReplicas: replicas().optional().describe("While it stands still: instances an autoscaled one resumes with."),
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
