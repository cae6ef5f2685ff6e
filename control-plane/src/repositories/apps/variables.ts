import type { Transaction } from "../../db/tenant.ts";

/** A variable as it is kept: encrypted for us, sealed for the cluster. */
export interface VariableRow {
  key: string;
  version: number;
  dataKeyId: string;
  nonce: Buffer;
  ciphertext: Buffer;
  recipient: string | null;
  sealed: string | null;
  setAt: Date;
  setBy: string | null;
}

export type StoredVariable = Omit<VariableRow, "setAt" | "setBy"> & { recipient: string; sealed: string };

/** The variables of an app by key, values closed. */
export function variablesOf(tx: Transaction, appId: string): Promise<VariableRow[]> {
  return tx.rows(
    `select v.key, v.version, v.data_key_id as "dataKeyId", v.nonce, v.ciphertext, v.recipient, v.sealed,
       v.set_at as "setAt", u.name as "setBy"
     from app_variables v left join users u on u.id = v.set_by where v.app_id = $1 order by v.key`,
    [appId],
  );
}

/** Sets variables; a key that is there gets the new version. */
export async function upsertVariables(
  tx: Transaction,
  at: { orgId: string; appId: string; userId: string | null },
  variables: readonly StoredVariable[],
): Promise<void> {
  for (const { key, version, dataKeyId, nonce, ciphertext, recipient, sealed } of variables)
    await tx.run(
      `insert into app_variables (org_id, app_id, key, version, data_key_id, nonce, ciphertext, recipient, sealed, set_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (org_id, app_id, key) do update set version = excluded.version, data_key_id = excluded.data_key_id,
         nonce = excluded.nonce, ciphertext = excluded.ciphertext, recipient = excluded.recipient,
         sealed = excluded.sealed, set_at = skypanel_now(), set_by = excluded.set_by`,
      [at.orgId, at.appId, key, version, dataKeyId, nonce, ciphertext, recipient, sealed, at.userId],
    );
}

/** Replaces how values are sealed, and nothing else: who set them when stays. */
export async function updateSeals(
  tx: Transaction,
  appId: string,
  seals: readonly { key: string; recipient: string; sealed: string }[],
): Promise<void> {
  for (const { key, recipient, sealed } of seals)
    await tx.run("update app_variables set recipient = $3, sealed = $4 where app_id = $1 and key = $2", [
      appId,
      key,
      recipient,
      sealed,
    ]);
}

export async function deleteVariables(tx: Transaction, appId: string, keys: readonly string[]): Promise<void> {
  await tx.run("delete from app_variables where app_id = $1 and key = any($2)", [appId, keys]);
}

/** The organisation's newest data key, wrapped. */
export function newestDataKey(tx: Transaction, orgId: string): Promise<{ id: string; wrapped: Buffer } | undefined> {
  return tx.row("select id, wrapped from org_data_keys where org_id = $1 order by created_at desc, id limit 1", [
    orgId,
  ]);
}

export function dataKeysOf(tx: Transaction, orgId: string): Promise<{ id: string; wrapped: Buffer }[]> {
  return tx.rows("select id, wrapped from org_data_keys where org_id = $1", [orgId]);
}

export async function insertDataKey(tx: Transaction, orgId: string, wrapped: Buffer): Promise<string> {
  const row = await tx.row<{ id: string }>("insert into org_data_keys (org_id, wrapped) values ($1, $2) returning id", [
    orgId,
    wrapped,
  ]);
  if (!row) throw new Error("insert returned no row");
  return row.id;
}
