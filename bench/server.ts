import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A control plane of its own, as a process, with an embedded Postgres in a temporary folder. */
export interface Server {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  readonly organisation: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the control plane ended with ${child.exitCode}`);
    const ready = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Starts it with rates that do not limit a load, and waits until it is ready. */
export async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "skypanel-bench-"));
  const password = randomUUID();
  const [email, organisation] = ["bench@example.test", "acme"];
  await writeFile(join(folder, "password"), password, { mode: 0o600 });
  const [port, operations] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const rate = "1000000";
  const child = spawn(process.execPath, ["control-plane/src/main.ts"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      SKYPANEL_DATA_DIR: join(folder, "data"),
      SKYPANEL_PUBLIC_URL: url,
      SKYPANEL_PORT: String(port),
      SKYPANEL_OPERATIONS_PORT: String(operations),
      SKYPANEL_ADMIN_EMAIL: email,
      SKYPANEL_ADMIN_PASSWORD_FILE: join(folder, "password"),
      SKYPANEL_ADMIN_ORGANISATION: organisation,
      SKYPANEL_RATE_ANONYMOUS: rate,
      SKYPANEL_RATE_USER: rate,
      SKYPANEL_RATE_PLATFORM: rate,
      SKYPANEL_RATE_SIGN_IN: rate,
    },
  });
  await answers(`http://127.0.0.1:${operations}/readyz`, child);
  return {
    url,
    email,
    password,
    organisation,
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
