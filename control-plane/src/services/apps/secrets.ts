import type { Transaction } from "../../db/tenant.ts";
import { decryptValue, encryptValue, newDataKey, unwrapDataKey, type ValueScope } from "../../desired/envelope.ts";
import { tenantNamespace, variablesName } from "../../desired/render.ts";
import { seal } from "../../desired/seal.ts";
import {
  dataKeysOf,
  insertDataKey,
  newestDataKey,
  type StoredVariable,
  type VariableRow,
} from "../../repositories/apps/variables.ts";

/** Where a variable belongs: the scope that is bound into both of its encryptions. */
export interface Owner {
  org: { id: string; slug: string };
  app: { id: string; name: string };
  cluster: { id: string; recipient: string };
}

export interface Closing {
  key: string;
  version: number;
  value: string;
}

/** Closes values twice: for Postgres under the organisation's data key, for the cluster under its public key. */
export async function close(
  tx: Transaction,
  wrappingKey: Buffer,
  owner: Owner,
  values: readonly Closing[],
): Promise<StoredVariable[]> {
  if (values.length === 0) return [];
  const { id, dataKey } = await dataKeyOf(tx, wrappingKey, owner.org.id);
  return Promise.all(
    values.map(async ({ key, version, value }) => ({
      key,
      version,
      dataKeyId: id,
      ...encryptValue(dataKey, scopeOf(owner, { key, version }), value),
      recipient: owner.cluster.recipient,
      sealed: await sealFor(owner, { key, version, value }),
    })),
  );
}

/** Opens what is kept in Postgres: to measure it, or to seal it to another key. It is never answered to anyone. */
export async function open(
  tx: Transaction,
  wrappingKey: Buffer,
  owner: Pick<Owner, "org" | "app">,
  rows: readonly VariableRow[],
): Promise<Closing[]> {
  if (rows.length === 0) return [];
  const wrapped = await dataKeysOf(tx, owner.org.id);
  const keys = new Map(wrapped.map((row) => [row.id, unwrapDataKey(wrappingKey, owner.org.id, row.wrapped)]));
  return rows.map((row) => {
    const dataKey = keys.get(row.dataKeyId);
    if (!dataKey) throw new Error(`variable ${row.key} has no data key`);
    return { key: row.key, version: row.version, value: decryptValue(dataKey, scopeOf(owner, row), row) };
  });
}

/** `value` sealed to the owner's cluster, naming the one place where it may be opened. */
export function sealFor({ org, app, cluster }: Owner, { key, version, value }: Closing): Promise<string> {
  const place = { cluster: cluster.id, tenant: org.slug, namespace: tenantNamespace(org.slug) };
  return seal(cluster.recipient, { ...place, name: variablesName(app.name), key, version, value });
}

async function dataKeyOf(
  tx: Transaction,
  wrappingKey: Buffer,
  orgId: string,
): Promise<{ id: string; dataKey: Buffer }> {
  const row = await newestDataKey(tx, orgId);
  if (row) return { id: row.id, dataKey: unwrapDataKey(wrappingKey, orgId, row.wrapped) };
  const { dataKey, wrapped } = newDataKey(wrappingKey, orgId);
  return { id: await insertDataKey(tx, orgId, wrapped), dataKey };
}

function scopeOf(owner: Pick<Owner, "org" | "app">, { key, version }: { key: string; version: number }): ValueScope {
  return { org: owner.org.id, app: owner.app.id, key, version };
}
