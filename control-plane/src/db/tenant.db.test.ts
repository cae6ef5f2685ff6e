import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { limits } from "@skypanel/crds/limits.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../e2e/harness/postgres.ts";
import { Unavailable } from "../errors.ts";
import { openPool } from "./pool.ts";
import { withTenant, withTransaction } from "./tenant.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.owner("create table counters (id int primary key, n int not null)");
  await database.owner("insert into counters values (1, 0), (2, 0)");
  await database.owner("grant select, update on counters to skypanel_app");
});
afterAll(() => database.close());

/** A way to the database that a test can cut and heal. */
async function cuttable(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    for (const end of [socket, upstream]) end.on("error", () => {}).on("close", () => end.destroy());
    sockets.add(socket).add(upstream);
    socket.pipe(upstream).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const way = new URL(url);
  way.port = String((server.address() as AddressInfo).port); // listening on TCP
  const drop = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: way.href,
    cut: () => {
      isCut = true;
      drop();
    },
    heal: () => {
      isCut = false;
    },
    close: () => {
      drop();
      server.close();
    },
  };
}

describe("a transaction", () => {
  it("runs in the name it was given", async () => {
    const orgId = "11111111-1111-4111-8111-111111111111";
    const row = await withTenant(database.pool, { orgId }, (tx) =>
      tx.row<{ org: string; actor: string | null; platform: boolean }>(
        "select current_org() as org, current_actor() as actor, is_platform() as platform",
      ),
    );
    expect(row).toEqual({ org: orgId, actor: null, platform: false });
  });

  it("leaves no name behind on its connection", async () => {
    await withTenant(database.pool, { platform: true }, (tx) => tx.run("select 1"));
    const rows = await withTransaction(database.pool, (tx) => tx.rows<{ p: boolean }>("select is_platform() as p"));
    expect(rows).toEqual([{ p: false }]);
  });

  it("needs a name", () => {
    expect(() => withTenant(database.pool, {}, async () => {})).toThrow("in nobody's name");
  });

  it("is wholly undone when its work throws", async () => {
    const work = withTransaction(database.pool, async (tx) => {
      await tx.run("update counters set n = 99");
      throw new Error("no");
    });
    await expect(work).rejects.toThrow("no");
    await expect(database.owner("select n from counters where n = 99")).resolves.toEqual([]);
  });

  it("runs again after a deadlock", async () => {
    let runs = 0;
    const both = Promise.withResolvers<void>();
    const add = (first: number, second: number) =>
      withTransaction(database.pool, async (tx) => {
        runs += 1;
        await tx.run("update counters set n = n + 1 where id = $1", [first]);
        if (runs === 2) both.resolve();
        await both.promise;
        await tx.run("update counters set n = n + 1 where id = $1", [second]);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(runs).toBe(3);
    await expect(database.owner("select n from counters order by id")).resolves.toEqual([{ n: 2 }, { n: 2 }]);
  });

  it("gives up waiting for a lock", async () => {
    const held = withTransaction(database.pool, async (tx) => {
      await tx.run("update counters set n = n");
      const other = withTransaction(database.pool, (second) => second.run("update counters set n = n"));
      await expect(other).rejects.toBeInstanceOf(Unavailable);
    });
    await expect(held).resolves.toBeUndefined();
  });
});

describe("G-V2 Postgres away", () => {
  it("is said at once, and over when it is back", async () => {
    const way = await cuttable(database.url);
    const pool = openPool({ url: way.url, size: 2, limits: limits.postgres, onIdleError: () => {} });
    const ask = () => withTransaction(pool, (tx) => tx.rows("select 1 as one"));
    await expect(ask()).resolves.toEqual([{ one: 1 }]);
    way.cut();
    await expect(ask()).rejects.toBeInstanceOf(Unavailable);
    way.heal();
    await expect(ask()).resolves.toEqual([{ one: 1 }]);
    await pool.end();
    way.close();
  });

  it("in the middle of a transaction is said too", async () => {
    const way = await cuttable(database.url);
    const pool = openPool({ url: way.url, size: 2, limits: limits.postgres, onIdleError: () => {} });
    const work = withTransaction(pool, async (tx) => {
      await tx.run("select 1");
      way.cut();
      await tx.run("select 1");
    });
    await expect(work).rejects.toBeInstanceOf(Unavailable);
    await pool.end();
    way.close();
  });
});
