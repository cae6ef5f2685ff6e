import { hostname } from "node:os";
import { ConfigInvalid, readEnv } from "@skypanel/runtime/env.ts";
import { logLevels } from "@skypanel/runtime/log.ts";
import { z } from "zod";

const path = z.string().min(1).max(4_096);
const label = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must be a name of lower-case letters, digits and '-'");
const address = z
  .url({ protocol: /^https?$/, error: "must be an http(s) URL", abort: true })
  .refine((url) => URL.parse(url)?.username === "", "must hold no credentials");

const variables = z.object({
  SKYPANEL_CONTROL_PLANE_URL: address.optional(),
  SKYPANEL_ALLOW_INSECURE_CONTROL_PLANE: z.enum(["true", "false"]).default("false"),
  SKYPANEL_REGISTRATION_TOKEN_FILE: path.optional(),
  SKYPANEL_CLUSTER_NAME: label.optional(),
  SKYPANEL_NAMESPACE: label.default("skypanel-system"),
  SKYPANEL_SHARD: label.optional(),
  SKYPANEL_POD_NAME: z.string().max(253).default(hostname()),
  SKYPANEL_SECRET_NAME: label.default("skypanel-operator-identity"),
  SKYPANEL_SCRATCH_DIR: path.default("/scratch"),
  SKYPANEL_LOG_LEVEL: z.enum(logLevels).default("info"),
  SKYPANEL_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(9090),
  NODE_EXTRA_CA_CERTS: path.optional(),
});

export type Config = ReturnType<typeof readConfig>;

/** The operator's settings. Throws ConfigInvalid; without a control plane's address it runs on kubectl-applied kinds alone. */
export function readConfig(source: Record<string, string | undefined>) {
  const env = readEnv(variables, source);
  const allowInsecure = env.SKYPANEL_ALLOW_INSECURE_CONTROL_PLANE === "true";
  const url = env.SKYPANEL_CONTROL_PLANE_URL === undefined ? undefined : new URL(env.SKYPANEL_CONTROL_PLANE_URL);
  if (url?.protocol === "http:" && !allowInsecure) {
    throw new ConfigInvalid(
      "configuration is invalid: SKYPANEL_CONTROL_PLANE_URL: must be https, unless controlPlane.allowInsecure is set for a machine of one's own",
    );
  }
  return {
    controlPlaneUrl: url,
    allowInsecure,
    registrationTokenFile: env.SKYPANEL_REGISTRATION_TOKEN_FILE,
    /** What people call this cluster: it stands in every log line. */
    clusterName: env.SKYPANEL_CLUSTER_NAME,
    namespace: env.SKYPANEL_NAMESPACE,
    /** Only objects of our kinds with this shard label are its business; all, if absent. */
    shard: env.SKYPANEL_SHARD,
    podName: env.SKYPANEL_POD_NAME,
    secretName: env.SKYPANEL_SECRET_NAME,
    scratchDir: env.SKYPANEL_SCRATCH_DIR,
    logLevel: env.SKYPANEL_LOG_LEVEL,
    metricsPort: env.SKYPANEL_METRICS_PORT,
    caFile: env.NODE_EXTRA_CA_CERTS,
  };
}
