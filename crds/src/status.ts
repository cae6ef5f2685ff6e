import { z } from "zod";
import { instant, listMap, objectName, text } from "./fields.ts";
import { limits } from "./limits.ts";
import type { PrinterColumn } from "./meta.ts";
import { reasonNames } from "./reasons.ts";

const count = () => z.int().min(0).max(1_000_000_000);

const condition = z.strictObject({
  type: z
    .enum(["Ready", "Reconciling", "Stalled"])
    .describe("Ready: it serves. Reconciling: what is asked is not yet so. Stalled: a person must act."),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.enum(reasonNames).describe("One of the closed catalogue."),
  message: text(limits.kube.messageLength).describe("A sentence of cause and one of remedy."),
  observedGeneration: count().describe("The generation of the spec this was said of."),
  lastTransitionTime: instant().describe("When status last changed."),
});

const unwatchedChild = z.strictObject({
  kind: text(limits.kube.nameLength, 1),
  name: objectName(),
  namespace: objectName().optional().describe("Only if the owner has none."),
  uid: text(64).optional(),
  version: text(64).optional(),
  hash: text(64).optional(),
});

/** What the status of every kind has. */
export const statusFields = {
  observedGeneration: count().optional().describe("The newest generation of the spec that was acted on."),
  revision: text(64).optional().describe("The git blob id of the file that was last applied."),
  observedAt: instant().optional().describe("When this was last looked at."),
  lastHandledReconcileAt: text(64)
    .optional()
    .describe("The value of annotation paas.skypanel.io/reconcile-at that was last honoured."),
  failures: count().optional().describe("Tries in a row that failed; shown from the seventh."),
  nextAttemptAt: instant().optional().describe("When the next try comes after failures."),
  conditions: listMap(condition, ["type"], 3).optional().describe("What is so, for programs."),
  inventory: z
    .array(unwatchedChild)
    .max(limits.app.children)
    .optional()
    .describe("Children that are not watched: Secrets."),
};

/** Columns every kind shows first. */
export const phaseColumns: readonly PrinterColumn[] = [
  { name: "Phase", type: "string", jsonPath: ".status.phase", description: "What it is doing." },
  {
    name: "Ready",
    type: "string",
    jsonPath: '.status.conditions[?(@.type=="Ready")].status',
    description: "Whether it serves.",
  },
];

/** Columns every kind shows last. */
export const ageColumns: readonly PrinterColumn[] = [
  { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp", description: "Time since it was created." },
  {
    name: "Reason",
    type: "string",
    jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
    description: "Why it is so.",
    priority: 1,
  },
  {
    name: "Revision",
    type: "string",
    jsonPath: ".status.revision",
    description: "The git blob id it runs.",
    priority: 1,
  },
];
