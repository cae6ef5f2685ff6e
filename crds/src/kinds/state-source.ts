import { z } from "zod";
import { listMap, text } from "../fields.ts";
import { limits } from "../limits.ts";
import { GROUP, type Kind, type KubeObject, VERSION } from "../meta.ts";
import { ageColumns, phaseColumns, statusFields } from "../status.ts";

const bounds = limits.desired;
const count = () => z.int().min(0).max(1_000_000);
const commit = () => text(64).regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

/** Where desired state comes from. */
export const stateSourceSpec = z.strictObject({
  url: text(2_048, 1)
    .regex(
      /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._~/-]*)?$/,
      "must be an http or https address without credentials",
    )
    .optional()
    .meta({
      title: "Repository",
      description: "Git address. Default: this cluster's repository at the control plane.",
    }),
  branch: text(bounds.refBytes, 1)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/)
    .default("main")
    .meta({ title: "Branch", description: "Branch that is followed." }),
  intervalSeconds: z
    .int()
    .min(5)
    .max(3_600)
    .default(30)
    .meta({ title: "Every (s)", description: "Seconds between looks, when nobody pokes." }),
  suspended: z.boolean().default(false).meta({ title: "Suspended", description: "Stop applying and pruning." }),
  prune: z
    .strictObject({
      maxObjects: z
        .int()
        .min(0)
        .max(10_000)
        .default(10)
        .meta({ title: "Objects", description: "More removals at once are held." }),
      maxPercent: z
        .int()
        .min(0)
        .max(100)
        .default(20)
        .meta({ title: "Percent", description: "A larger share, above 3 objects, is held." }),
    })
    .prefault({})
    .meta({ title: "Brake", description: "When removals wait for a person." }),
});

const point = z.strictObject({
  commit: commit().describe("Commit id."),
  sequence: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("Its number in the control plane's journal."),
});

const problem = z.strictObject({
  path: text(bounds.pathBytes).describe("File in the repository."),
  line: count().optional().describe("Line, from 1."),
  message: text(limits.kube.messageLength).describe("What is wrong with it."),
});

/** What is, as the operator saw it. */
export const stateSourceStatus = z.strictObject({
  phase: z
    .enum(["Pending", "Current", "Behind", "Held", "Suspended", "Failed"])
    .optional()
    .describe("Where it stands, for people."),
  fetched: point.optional().describe("Newest commit that was fetched."),
  applied: point.optional().describe("Newest commit that was applied as a whole."),
  counts: z
    .strictObject({ files: count(), objects: count(), broken: count(), ignored: count() })
    .optional()
    .describe("Of the fetched commit: files, objects applied, files broken, files ignored."),
  problems: listMap(problem, ["path"], bounds.brokenFilesShown).optional().describe("The first 20 broken files."),
  heldPrune: z
    .strictObject({
      id: text(64).describe("What ClusterSettings.spec.confirmPrune must say to let it go."),
      count: count().describe("How many objects it removes."),
      paths: z.array(text(bounds.pathBytes)).max(20).describe("The first 20 of them."),
      begun: commit().optional().describe("The commit at which it was confirmed and its removals began."),
    })
    .optional()
    .describe("Removals that wait for a person."),
  ...statusFields,
});

export type StateSourceSpec = z.output<typeof stateSourceSpec>;
export type StateSourceStatus = z.output<typeof stateSourceStatus>;
export type StateSource = KubeObject<StateSourceSpec, StateSourceStatus>;

/** The git repository whose objects this cluster runs. */
export const stateSource: Kind<StateSourceSpec, StateSourceStatus> = {
  group: GROUP,
  version: VERSION,
  kind: "StateSource",
  plural: "statesources",
  singular: "statesource",
  shortNames: ["state"],
  scope: "Namespaced",
  nameLength: limits.kube.nameLength,
  description: "The git repository whose objects this cluster runs, and how removals are held back.",
  spec: stateSourceSpec,
  status: stateSourceStatus,
  printerColumns: [
    ...phaseColumns,
    { name: "Applied", type: "string", jsonPath: ".status.applied.commit", description: "The commit that runs." },
    {
      name: "Broken",
      type: "integer",
      jsonPath: ".status.counts.broken",
      description: "Files that cannot be applied.",
    },
    ...ageColumns,
  ],
};
