import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { Unavailable } from "../errors.ts";
import { type Account, nativeFolder, reachableFolder, unprivilegedAccount } from "./embedded-place.ts";

export interface EmbeddedOptions {
  /** Where the data lives; made if absent. */
  folder: string;
  password: string;
  /** False only for tests: a crash of the machine may then lose data. */
  durable: boolean;
  onLog(line: string): void;
  /** The server ended without being asked to. */
  onExit(): void;
}

export interface Embedded {
  /** The superuser's connection string for a database. */
  url(database: string): string;
  stop(): Promise<void>;
}

const superuser = "postgres";
const readyLine = "database system is ready to accept connections";
const stopMs = 10_000;

interface Program {
  path: string;
  account: Account | undefined;
  onLog(line: string): void;
}

function run({ path, account, onLog }: Program, args: string[]): ChildProcess {
  // A process group of its own: Ctrl-C in a terminal must reach us first, so that requests can finish.
  const child = spawn(path, args, {
    ...account,
    cwd: "/",
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { LC_ALL: "C", PATH: "/usr/bin:/bin", TZ: "UTC" },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => onLog(text.trimEnd()));
  }
  return child;
}

async function initialise(program: Program, data: string, password: string): Promise<void> {
  const passwordFile = `${data}.password`;
  await mkdir(data, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (program.account) {
    await chown(data, program.account.uid, program.account.gid);
    await chown(passwordFile, program.account.uid, program.account.gid);
  }
  const args = ["-D", data, "-U", superuser, `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--encoding=UTF8"];
  const child = run(program, [...args, "--no-locale", "--no-instructions", "--no-sync"]);
  const [code] = await once(child, "exit");
  await rm(passwordFile);
  if (code !== 0) throw broken(`initdb ended with ${code}`);
}

function broken(detail: string): Unavailable {
  return new Unavailable({
    reason: "Unavailable",
    detail: `The embedded Postgres did not start: ${detail}.`,
    remedy: "Read the lines above, or set DATABASE_URL to a Postgres of your own.",
  });
}

/** Ends a server that outlived its parent: its data cannot be opened twice. */
async function endOrphan(data: string): Promise<void> {
  const pid = Number((await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n", 1)[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  const command = () => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  if (!(await command()).includes(data)) return; // the number now belongs to somebody else
  process.kill(pid, "SIGINT");
  const patience = AbortSignal.timeout(stopMs);
  while ((await command()) !== "" && !patience.aborted) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // listening on TCP, so never a pipe's name
  server.close();
  await once(server, "close");
  return port;
}

async function untilReady(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(broken(`it ended with ${code}`)));
    child.once("error", (error) => reject(broken(error.message)));
    child.stderr?.on("data", (text: string) => text.includes(readyLine) && resolve());
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGINT"); // a fast shutdown: sessions are ended, everything is written
  const giveUp = setTimeout(() => child.kill("SIGQUIT"), stopMs);
  await exited;
  clearTimeout(giveUp);
}

/** Starts a real Postgres on loopback, never as root, and resolves once it answers. Throws Unavailable if it cannot. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const account = await unprivilegedAccount();
  const place = await reachableFolder(options.folder, account);
  const data = join(place, "data");
  const bin = join(await nativeFolder(account), "bin");
  const program = (name: string) => ({ path: join(bin, name), account, onLog: options.onLog });
  const exists = await access(join(data, "PG_VERSION")).then(
    () => true,
    () => false,
  );
  if (!exists) await initialise(program("initdb"), data, options.password);
  await endOrphan(data);
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "timezone=UTC", "max_connections=200"];
  const loose = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  const port = await freePort();
  const flags = [...settings, ...(options.durable ? [] : loose)].flatMap((setting) => ["-c", setting]);
  const child = run(program("postgres"), ["-D", data, "-p", String(port), ...flags]);
  await untilReady(child);
  let asked = false;
  child.on("exit", () => asked || options.onExit());
  const credentials = `${superuser}:${encodeURIComponent(options.password)}`;
  return {
    url: (database) => `postgres://${credentials}@127.0.0.1:${port}/${database}`,
    stop: () => {
      asked = true;
      return stop(child);
    },
  };
}
