import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { run } from "../machine/run.ts";
import type { Image } from "./image.ts";
import { type BuiltImage, imageBuilder, ociArchive } from "./oci.ts";

const DEADLINE_MS = 5 * 60_000;

/** Where images go: a containerd by its socket, and a folder to build them in, each import in one of its own. */
export type ImageStore = { readonly socket: string; readonly folder: string };

/** Builds images and gives containerd those it does not have yet. */
export async function importImages(store: ImageStore, images: readonly Image[]): Promise<void> {
  await buildAndLoad(store, images);
}

/** Does the same with one image, and returns what was built: its bytes are gone, its digest is known. */
export async function importImage(store: ImageStore, image: Image): Promise<BuiltImage> {
  const [built] = await buildAndLoad(store, [image]);
  if (built === undefined) throw new Error("an image was built and is not there");
  return built;
}

async function buildAndLoad(store: ImageStore, images: readonly Image[]): Promise<readonly BuiltImage[]> {
  const folder = join(store.folder, randomUUID());
  const build = imageBuilder(folder);
  try {
    const built: BuiltImage[] = [];
    for (const image of images) built.push(await build(image));
    await load(store, built);
    return built;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function load(store: ImageStore, built: readonly BuiltImage[]): Promise<void> {
  const present = await presentImages(store);
  const missing = built.filter(({ name, manifest }) => present.get(name) !== manifest.digest);
  if (missing.length === 0) return;
  const kept = new Set((await ctr(store, ["content", "list", "--quiet"])).split("\n"));
  const archive = ociArchive(missing, ({ digest }) => !kept.has(digest));
  await ctr(store, ["images", "import", "-"], Readable.from(archive, { objectMode: false }));
}

/**
 * Gives an image a second name that ends in its digest, and returns it: what is installed under that name is replaced
 * when the content changes, and only then.
 */
export async function nameByContent(store: ImageStore, { name, manifest }: BuiltImage): Promise<string> {
  const named = `${name}-${manifest.digest.replace("sha256:", "").slice(0, 12)}`;
  await ctr(store, ["images", "tag", "--force", name, named]);
  return named;
}

async function presentImages(store: ImageStore): Promise<ReadonlyMap<string, string>> {
  const table = (await ctr(store, ["images", "list"])).split("\n").slice(1);
  return new Map(table.map((line) => line.split(/\s+/)).map(([name = "", , digest = ""]) => [name, digest]));
}

function ctr(store: ImageStore, args: readonly string[], input?: Readable): Promise<string> {
  const options = { deadlineMs: DEADLINE_MS, ...(input && { input }) };
  return run("ctr", ["--address", store.socket, "--namespace", "k8s.io", ...args], options);
}
