import { createSecretKey, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "@skypanel/runtime/clock.ts";
import { createLog } from "@skypanel/runtime/log.ts";
import { createMetrics } from "@skypanel/runtime/metrics.ts";
import { createLinks, type Links } from "../../control-plane/src/agent/links.ts";
import { clusterServices } from "../../control-plane/src/agent/services.ts";
import { tunnelUpgrade } from "../../control-plane/src/agent/tunnel.ts";
import { createApp } from "../../control-plane/src/app.ts";
import { background } from "../../control-plane/src/background.ts";
import type { OrgRole } from "../../control-plane/src/contract/actions.ts";
import { materialiser } from "../../control-plane/src/desired/materialise.ts";
import { stateServer } from "../../control-plane/src/desired/serve.ts";
import { keyId, type TokenKey } from "../../control-plane/src/http/tokens.ts";
import { createLive } from "../../control-plane/src/live/live.ts";
import { resealer } from "../../control-plane/src/services/apps/reseal.ts";
import { createPasswords } from "../../control-plane/src/services/identity/passwords.ts";
import { createFirstAdministrator } from "../../control-plane/src/services/identity/users.ts";
import { type ApiClient, apiClient } from "./api.ts";
import { type TestDatabase, testDatabase } from "./postgres.ts";

/** The whole control plane on a loopback port, with a database of its own, an administrator and organisation `acme`. */
export interface Panel {
  url: string;
  database: TestDatabase;
  tokenKey: TokenKey;
  /** The tunnels that are open. */
  links: Links;
  admin: ApiClient;
  /** A new user, signed in, with a role in an organisation that exists. */
  member(role: OrgRole, organisation?: string): Promise<ApiClient>;
  /** A new user, signed in, who owns a new organisation of this name. */
  owner(organisation: string): Promise<ApiClient>;
  close(): Promise<void>;
}

export interface PanelOptions {
  clock?: Clock;
  rates?: Partial<typeof generous>;
}

const generous = { anonymous: 1_000_000, user: 1_000_000, platform: 1_000_000, signIn: 1_000_000 };
export const administrator = { email: "admin@panel.test", password: "correct horse battery" };
const password = "a long enough password";

/** Starts it; bugs are collected and thrown by `close`, so none goes unseen. */
export async function testPanel({ clock = systemClock, rates = {} }: PanelOptions = {}): Promise<Panel> {
  const database = await testDatabase();
  const { pool } = database;
  const scratch = await mkdtemp(join(tmpdir(), "skypanel-panel-"));
  const secret = createSecretKey(randomBytes(32));
  const tokenKey = { kid: keyId(secret), secret };
  const wrappingKey = randomBytes(32);
  const passwords = createPasswords();
  const bugs: string[] = [];
  const log = createLog({ name: "test", level: "error", destination: { write: (line) => void bugs.push(line) } });
  const links = createLinks();
  const stopping = new AbortController();
  const live = createLive({ pool, links, clock, log, stopping: stopping.signal });
  const services = clusterServices({ pool, reseal: resealer(wrappingKey) });
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // listening on TCP
  const url = `http://127.0.0.1:${port}`;
  const app = createApp({
    config: {
      publicUrl: url,
      agentUrl: url,
      secureCookies: false,
      trustedProxies: 0,
      rates: { ...generous, ...rates },
      operatorChart: "./helm/skypanel-operator",
    },
    pool,
    counters: pool,
    tokenRing: [tokenKey],
    wrappingKey,
    passwords,
    registry: createMetrics("test"),
    clock,
    log,
    services,
    live,
    state: stateServer(materialiser({ pool, scratch })),
    checkReplies: true,
  });
  server.on("request", app);
  server.on("upgrade", tunnelUpgrade({ findKey: services.findKey, now: clock.now, links, clock, log }));
  const working = background({ pool, url: database.url, links, live, clock, log, signal: stopping.signal });
  await createFirstAdministrator({ pool, passwords }, { ...administrator, organisation: "acme" });
  const signIn = async (email: string, secretWord: string) => {
    const client = apiClient(url);
    await client.call("POST /auth/login", { body: { email, password: secretWord } });
    return client;
  };
  const admin = await signIn(administrator.email, administrator.password);
  let users = 0;
  const add = async (more: object) => {
    users += 1;
    const email = `user-${users}@panel.test`;
    await admin.call("POST /admin/users", { body: { email, name: `User ${users}`, password, ...more } });
    return signIn(email, password);
  };
  return {
    url,
    database,
    tokenKey,
    links,
    admin,
    member: (role, organisation = "acme") => add({ memberships: [{ organisation, role }] }),
    owner: (slug) => add({ organisation: { slug, name: slug } }),
    async close() {
      stopping.abort(new Error("the test is over"));
      links.closeAll();
      await working;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      await database.close();
      await rm(scratch, { recursive: true, force: true });
      if (bugs.length > 0) throw new Error(`the control plane met bugs:\n${bugs.join("\n")}`);
    },
  };
}
