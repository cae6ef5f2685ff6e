import { z } from "zod";
import { appPhases } from "../../contract/apps/apps.ts";

// A worker's words: one version up it may say more, one version down less, and nothing it says may break a page.
const text = z.string().max(1_024).nullable().catch(null);
const count = z.int().min(0).catch(0);
const list = <T extends z.ZodType>(item: T, max: number) =>
  z
    .array(item)
    .catch([])
    .transform((items) => items.slice(0, max));

const schema = z.object({
  phase: z.enum(appPhases).catch("Pending"),
  url: text.optional(),
  revision: text.optional(),
  observedGeneration: z.int().min(0).nullable().optional().catch(null),
  processes: list(z.object({ name: z.string(), desired: count, updated: count, ready: count }), 10),
  instances: list(
    z.object({
      name: z.string(),
      process: z.string(),
      state: z.string(),
      restarts: count,
      startedAt: text.optional(),
      lastExitCode: z.int().nullable().optional().catch(null),
      reason: text.optional(),
      lastLines: list(z.string(), 20),
    }),
    200,
  ),
  conditions: list(
    z.object({
      type: z.string(),
      status: z.string(),
      reason: z.string(),
      message: z.string(),
      lastTransitionTime: text.optional(),
    }),
    10,
  ),
});

/** The status of an App as its operator wrote it. */
export type Observed = z.output<typeof schema>;

/** `status` as far as it is understood; undefined before a first one. */
export function observedOf(status: unknown): Observed | undefined {
  return schema.safeParse(status).data;
}
