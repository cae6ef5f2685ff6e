import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../local-cluster/src/machine/ports.ts";
import { administrator } from "../local-cluster/src/product/account.ts";
import { controlPlane } from "../local-cluster/src/product/control-plane.ts";

/** A control plane of its own, as a process, with an embedded Postgres in a temporary folder. */
export interface Server {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  readonly organisation: string;
  stop(): Promise<void>;
}

/** Starts it with rates that do not limit a load, and waits until it is ready. */
export async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "skypanel-bench-"));
  const { email, password, passwordFile, organisation } = administrator(folder);
  const [port, operations] = [await freePort(8080), await freePort(9090)];
  const url = `http://127.0.0.1:${port}`;
  const rate = "1000000";
  const server = controlPlane({
    logs: join(folder, "logs"),
    readyUrl: `http://127.0.0.1:${operations}/readyz`,
    env: {
      NODE_ENV: "production",
      SKYPANEL_DATA_DIR: join(folder, "data"),
      SKYPANEL_PUBLIC_URL: url,
      SKYPANEL_PORT: String(port),
      SKYPANEL_OPERATIONS_PORT: String(operations),
      SKYPANEL_ADMIN_EMAIL: email,
      SKYPANEL_ADMIN_PASSWORD_FILE: passwordFile,
      SKYPANEL_ADMIN_ORGANISATION: organisation,
      SKYPANEL_RATE_ANONYMOUS: rate,
      SKYPANEL_RATE_USER: rate,
      SKYPANEL_RATE_PLATFORM: rate,
      SKYPANEL_RATE_SIGN_IN: rate,
    },
  });
  await server.start();
  return {
    url,
    email,
    password,
    organisation,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
