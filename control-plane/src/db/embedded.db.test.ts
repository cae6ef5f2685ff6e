import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { asOwner } from "../../../e2e/harness/postgres.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";

let folder: string;
let servers: Embedded[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "skypanel-embedded-"));
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
  await rm(folder, { recursive: true, force: true });
});

async function started(onExit = () => {}): Promise<Embedded> {
  const options = { folder: join(folder, "postgres"), password: "p:w/d", durable: false, onLog: () => {}, onExit };
  const server = await startEmbedded(options);
  servers.push(server);
  return server;
}

describe("the embedded Postgres", () => {
  it("keeps its data between two runs", async () => {
    const first = await started();
    await asOwner(first.url("postgres"), "create table kept as select 7 as n");
    await first.stop();
    const second = await started();
    await expect(asOwner(second.url("postgres"), "select n from kept")).resolves.toEqual([{ n: 7 }]);
  });

  it("ends a server that outlived its parent", async () => {
    const exited = vi.fn();
    await started(exited);
    const second = await started();
    await expect(asOwner(second.url("postgres"), "select 1 as one")).resolves.toEqual([{ one: 1 }]);
    expect(exited).toHaveBeenCalledOnce();
  });

  it("asks for its password", async () => {
    const server = await started();
    const url = new URL(server.url("postgres"));
    url.password = "guess";
    await expect(asOwner(url.href, "select 1")).rejects.toThrow("password authentication failed");
  });

  it("lets nobody look into its data", async () => {
    await started();
    expect((await stat(join(folder, "postgres", "data"))).mode & 0o077).toBe(0);
    await expect(stat(join(folder, "postgres", "data.password"))).rejects.toThrow("ENOENT");
  });
});
