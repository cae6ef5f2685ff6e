import { createSecretKey, hkdfSync, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { limits } from "@skypanel/crds/limits.ts";
import { ConfigInvalid } from "@skypanel/runtime/env.ts";
import { keyId, type TokenKey } from "./http/tokens.ts";

interface KeyFile {
  variable: string;
  path: string;
  mayBeMade: boolean;
}

const bytesMin = 32;
// Fewer different characters than this were typed by hand, or repeat themselves.
const differentMin = 8;
const publishedWords = /change.?me|example|secret|password|skypanel|0123456789|abcdef/i;

/** Why a key cannot be trusted to be secret, or undefined. */
export function weakness(key: string): string | undefined {
  if (Buffer.byteLength(key) < bytesMin) return `holds a key of fewer than ${bytesMin} bytes`;
  if (new Set(key).size < differentMin) return "holds a key that repeats a few characters";
  if (publishedWords.test(key)) return "holds a key made of words, not of random bytes";
  return undefined;
}

/** The lines of a key file, made with one random key where that is allowed. Throws ConfigInvalid for a weak key. */
async function readKeys({ variable, path, mayBeMade }: KeyFile): Promise<[string, ...string[]]> {
  const text = await readFile(path, "utf8").catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" || !mayBeMade) throw invalid(variable, `${path} cannot be read`);
    return makeKey(path);
  });
  const [first = "", ...others] = text.split("\n").filter((line) => line !== "");
  const problem = [first, ...others].map(weakness).find((found) => found !== undefined);
  if (problem) throw invalid(variable, `${path} ${problem}`);
  return [first, ...others];
}

async function makeKey(path: string): Promise<string> {
  const key = `${randomBytes(32).toString("base64url")}\n`;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(path, key, { mode: 0o600, flag: "wx" });
  return key;
}

/** A random secret of our own, kept in a file that only we can read. */
export async function readOrMakeSecret(path: string): Promise<string> {
  return (await readKeys({ variable: "SKYPANEL_DATA_DIR", path, mayBeMade: true }))[0];
}

/** The first administrator's password. Throws ConfigInvalid when it is none that a person could choose. */
export async function readPassword(path: string): Promise<string> {
  const variable = "SKYPANEL_ADMIN_PASSWORD_FILE";
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) throw invalid(variable, `${path} cannot be read`);
  const password = text.trim();
  const { lengthMin, length } = limits.password;
  if (password.length >= lengthMin && password.length <= length) return password;
  throw invalid(variable, `${path} must hold ${lengthMin} to ${length} characters`);
}

/** The ring of access-token keys, one a line: the first signs, the others still verify until their tokens have ended. */
export async function readTokenRing(file: KeyFile): Promise<[TokenKey, ...TokenKey[]]> {
  const [first, ...others] = await readKeys(file);
  return [tokenKey(first), ...others.map(tokenKey)];
}

function tokenKey(text: string): TokenKey {
  const secret = createSecretKey(text, "utf8");
  return { kid: keyId(secret), secret };
}

/** The key that wraps the organisations' data keys: 32 bytes, derived from the file's first line. */
export async function readWrappingKey(file: KeyFile): Promise<Buffer> {
  const [first] = await readKeys(file);
  return Buffer.from(hkdfSync("sha256", first, "", "skypanel-wrapping", 32));
}

function invalid(variable: string, problem: string): ConfigInvalid {
  return new ConfigInvalid(`configuration is invalid: ${variable}: ${problem}`);
}
