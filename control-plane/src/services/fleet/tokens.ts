import { createHash, randomBytes } from "node:crypto";
import { limits } from "@skypanel/crds/limits.ts";
import { writeYaml } from "@skypanel/crds/yaml.ts";
import { registrationTokenPrefix } from "../../contract/agent.ts";
import type { Transaction } from "../../db/tenant.ts";
import { insertToken, revokeTokens } from "../../repositories/fleet/tokens.ts";
import { installCommand, tokenManifest } from "./install-command.ts";

/** What an administrator is shown once. */
export interface Registration {
  token: string;
  expiresAt: string;
  command: string;
  manifest: string;
}

const tokenBytes = 32;

/** The only trace of a token that is kept. */
export function tokenHash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Issues a registration token of 256 bits for the cluster; its unused earlier ones die. */
export async function issueToken(
  tx: Transaction,
  cluster: { id: string; slug: string },
  at: { publicUrl: string; operatorChart: string },
): Promise<Registration> {
  const token = `${registrationTokenPrefix}${randomBytes(tokenBytes).toString("base64url")}`;
  await revokeTokens(tx, cluster.id);
  const { expiresAt } = await insertToken(tx, cluster.id, tokenHash(token), limits.session.registrationMillis / 1_000);
  return {
    token,
    expiresAt: expiresAt.toISOString(),
    command: installCommand({ publicUrl: at.publicUrl, chart: at.operatorChart, slug: cluster.slug }),
    manifest: writeYaml(tokenManifest(token)),
  };
}
