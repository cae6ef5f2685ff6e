import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NotFound } from "../errors.ts";
import { notFound } from "./bounds.ts";
import { panelPages } from "./pages.ts";
import { lastResort } from "./problems.ts";
import { securityHeaders } from "./security.ts";

const index = '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script src="/assets/main-abc.js"></script>';
let folder: string;
let server: Server;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "skypanel-pages-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), index);
  await writeFile(join(folder, "favicon.svg"), "<svg/>");
  await writeFile(join(folder, "assets", "main-abc.js"), "export {}");
  const app = express();
  app.use(securityHeaders(true), await panelPages(folder), notFound);
  app.use(
    lastResort(
      () => {},
      () => new NotFound(),
    ),
  );
  server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
});

const get = (path: string, accept = "text/html") => fetch(url + path, { headers: { accept } });

describe("the panel's pages", () => {
  it.each(["/", "/index.html", "/orgs/acme/apps", "/orgs/acme/apps/a.b"])(
    "are one page for every screen: %s",
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-cache");
      await expect(response.text()).resolves.toContain("/assets/main-abc.js");
    },
  );

  it("carry the nonce of their own answer", async () => {
    const [first, second] = [await get("/"), await get("/")];
    const nonceOf = async (response: Response) => /nonce="([^"]+)"/.exec(await response.text())?.[1] ?? "";
    const nonce = await nonceOf(first);
    expect(first.headers.get("content-security-policy")).toContain(`'nonce-${nonce}'`);
    expect(await nonceOf(second)).not.toBe(nonce);
  });

  it("keep hashed assets for ever", async () => {
    const response = await get("/assets/main-abc.js", "*/*");
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("strict-transport-security")).toContain("max-age=31536000");
  });

  it.each(["/assets/gone-123.js", "/assets/../../etc/passwd", "/.env"])("have nothing at %s", async (path) => {
    const response = await get(path, "*/*");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });

  it("serve what lies beside them", async () => {
    await expect((await get("/favicon.svg", "image/*")).text()).resolves.toBe("<svg/>");
  });
});
