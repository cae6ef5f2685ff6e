import type { PlatformRole } from "../../contract/actions.ts";
import { isTaken } from "../../db/failures.ts";
import type { Transaction } from "../../db/tenant.ts";

export interface UserRow {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  platformRole: PlatformRole | null;
}

const columns = `id, email, name, password_hash as "passwordHash", platform_role as "platformRole"`;

/** The user with this address, in lower case. */
export function findUserByEmail(tx: Transaction, email: string): Promise<UserRow | undefined> {
  return tx.row<UserRow>(`select ${columns} from users where email = $1`, [email]);
}

/** The user with this id. */
export function findUser(tx: Transaction, id: string): Promise<UserRow | undefined> {
  return tx.row<UserRow>(`select ${columns} from users where id = $1`, [id]);
}

/** Inserts a user; undefined when the address is taken, and then the transaction is lost. */
export async function insertUser(tx: Transaction, user: Omit<UserRow, "id">): Promise<UserRow | undefined> {
  const text = `insert into users (email, name, password_hash, platform_role) values ($1, $2, $3, $4) returning ${columns}`;
  try {
    return await tx.row<UserRow>(text, [user.email, user.name, user.passwordHash, user.platformRole]);
  } catch (error) {
    // Translated: the unique constraint decides between two who ask at once, a check before could not.
    if (isTaken(error, "users_email_key")) return undefined;
    throw error;
  }
}

/** Stores a hash made with today's parameters. */
export async function setPasswordHash(tx: Transaction, userId: string, passwordHash: string): Promise<void> {
  await tx.run("update users set password_hash = $2 where id = $1", [userId, passwordHash]);
}

/** True when the platform has an administrator; others who ask wait until this transaction ends. */
export async function hasAdministrator(tx: Transaction): Promise<boolean> {
  await tx.run("lock table users in share row exclusive mode");
  return (await tx.row("select 1 from users where platform_role = 'admin' limit 1")) !== undefined;
}
