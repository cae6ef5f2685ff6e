import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The first administrator of a product started on one's own machine. */
export type Account = {
  readonly email: string;
  readonly password: string;
  readonly passwordFile: string;
  readonly organisation: string;
};

const PASSWORD_BYTES = 15;

/** Returns the administrator's sign-in of the product in `folder`; the password is drawn at the first start and kept. */
export function administrator(folder: string): Account {
  const passwordFile = join(folder, "administrator-password");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(passwordFile)) {
    writeFileSync(passwordFile, `${randomBytes(PASSWORD_BYTES).toString("base64url")}\n`, { mode: 0o600 });
  }
  const password = readFileSync(passwordFile, "utf8").trim();
  return { email: "admin@skypanel.localhost", password, passwordFile, organisation: "acme" };
}
