import { readFile } from "node:fs/promises";
import { join } from "node:path";
import express, { type Request, type RequestHandler, Router } from "express";
import { nonceOf } from "./security.ts";

const placeholder = "__CSP_NONCE__";

// A browser that goes to a page says so; what a script asks for is there or is not.
function isScreen({ method, headers, path }: Request): boolean {
  const reads = method === "GET" || method === "HEAD";
  return reads && headers.accept?.includes("text/html") === true && !path.startsWith("/assets/");
}

/**
 * Serves the built panel in `folder`: assets, whose names carry their hash, for ever; index.html, with this answer's nonce,
 * for every path of a screen.
 */
export async function panelPages(folder: string): Promise<Router> {
  const index = await readFile(join(folder, "index.html"), "utf8");
  const router = Router();
  const page: RequestHandler = (_request, response) => {
    response.setHeader("cache-control", "no-cache");
    response.type("html").send(index.replaceAll(placeholder, nonceOf(response)));
  };
  const immutable = { immutable: true, maxAge: "1y", index: false, fallthrough: true } as const;
  router.get(["/", "/index.html"], page);
  router.use("/assets", express.static(join(folder, "assets"), immutable));
  router.use(express.static(folder, { index: false, maxAge: "1h", dotfiles: "ignore" }));
  router.use((request, response, next) => (isScreen(request) ? page(request, response, next) : next()));
  return router;
}
