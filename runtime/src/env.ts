import type { z } from "zod";

/** The environment does not fit the schema. The message names variables and rules, never a value. */
export class ConfigInvalid extends Error {
  override name = "ConfigInvalid";
  /** sysexits' EX_CONFIG: a supervisor need not try again. */
  readonly exitCode = 78;
}

/** The typed configuration in `source`; an empty variable counts as unset. Throws ConfigInvalid, in one line. */
export function readEnv<T>(schema: z.ZodType<T>, source: Record<string, string | undefined>): T {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".") || "environment"}: ${message}`);
  throw new ConfigInvalid(`configuration is invalid: ${problems.join("; ")}`);
}
