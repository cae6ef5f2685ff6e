import { readFile } from "node:fs/promises";
import { join } from "node:path";
import express, { type RequestHandler, Router } from "express";
import { nonceOf } from "./security.ts";

const placeholder = "__CSP_NONCE__";

/**
 * Serves the built panel in `folder`: assets, whose names carry their hash, for ever; index.html, with this answer's nonce,
 * for every path of a screen.
 */
export async function panelPages(folder: string): Promise<Router> {
  const index = await readFile(join(folder, "index.html"), "utf8");
  const router = Router();
  const page: RequestHandler = (request, response, next) => {
    const isScreen = (request.method === "GET" || request.method === "HEAD") && request.accepts("html") === "html";
    if (!isScreen || request.path.startsWith("/assets/")) return next();
    response.setHeader("cache-control", "no-cache");
    response.type("html").send(index.replaceAll(placeholder, nonceOf(response)));
  };
  const immutable = { immutable: true, maxAge: "1y", index: false, fallthrough: true } as const;
  router.get(["/", "/index.html"], page);
  router.use("/assets", express.static(join(folder, "assets"), immutable));
  router.use(express.static(folder, { index: false, maxAge: "1h", dotfiles: "ignore" }));
  router.use(page);
  return router;
}
