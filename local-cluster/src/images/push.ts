import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "../machine/run.ts";
import type { Image } from "./image.ts";
import { imageBuilder, ociArchive } from "./oci.ts";

/** Builds an image, pushes it with crane as `reference` (host:port/name:tag), and returns its digest in the registry. */
export async function pushImage(crane: string, image: Image, reference: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "skypanel-push-"));
  try {
    const [archive, layout] = [join(folder, "image.tar"), join(folder, "layout")];
    const built = await imageBuilder(join(folder, "blobs"))(image);
    await pipeline(ociArchive([built]), createWriteStream(archive));
    await mkdir(layout);
    await run("tar", ["--extract", "--file", archive, "--directory", layout]);
    await run(crane, ["push", layout, reference]);
    return built.manifest.digest;
  } finally {
    await rm(folder, { recursive: true });
  }
}
