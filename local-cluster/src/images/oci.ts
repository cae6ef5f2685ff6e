import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Image, Layer } from "./image.ts";
import { tarEnd, tarEntry } from "./tar.ts";

type Blob = { readonly digest: string; readonly size: number; readonly path: string };

/** An image whose bytes lie in files; the digest is the one Kubernetes shows. */
export type BuiltImage = { readonly name: string; readonly manifest: Blob; readonly blobs: readonly Blob[] };

const LAYER = "application/vnd.oci.image.layer.v1.tar";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** Returns a builder that writes blobs to `folder`, and each layer once, however many images have it. */
export function imageBuilder(folder: string): (image: Image) => Promise<BuiltImage> {
  const layers = new Map<Layer, Promise<Blob>>();
  const write = (layer: Layer) => {
    const known = layers.get(layer) ?? writeBlob(folder, async () => layerChunks(await layer()));
    layers.set(layer, known);
    return known;
  };
  return async (image) => {
    const blobs: Blob[] = [];
    for (const layer of image.layers) blobs.push(await write(layer));
    const config = await writeJson(folder, imageConfig(image, blobs));
    const described = (mediaType: string, { digest, size }: Blob) => ({ mediaType, digest, size });
    const layersOf = blobs.map((blob) => described(LAYER, blob));
    const manifest = await writeJson(folder, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: described(CONFIG, config),
      layers: layersOf,
    });
    return { name: image.name, manifest, blobs: [manifest, config, ...blobs] };
  };
}

/**
 * Yields an OCI image layout as one archive, as "ctr images import" reads it; a blob that images share is in it once, and
 * one that is not wanted, because the reader has it, not at all.
 */
export async function* ociArchive(
  images: readonly BuiltImage[],
  wanted: (blob: Blob) => boolean = () => true,
): AsyncGenerator<Buffer> {
  const manifests = images.map(({ name, manifest: { digest, size } }) => ({
    mediaType: MANIFEST,
    digest,
    size,
    platform: platform(),
    annotations: { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name },
  }));
  yield* smallFile("oci-layout", { imageLayoutVersion: "1.0.0" });
  yield* smallFile("index.json", { schemaVersion: 2, manifests });
  const blobs = new Map(images.flatMap((image) => image.blobs).map((blob) => [blob.digest, blob]));
  for (const blob of blobs.values()) if (wanted(blob)) yield* blobFile(blob);
  yield tarEnd();
}

function smallFile(path: string, content: object): Buffer[] {
  return tarEntry({ path, mode: 0o644, content: Buffer.from(JSON.stringify(content)) });
}

async function* blobFile(blob: Blob): AsyncGenerator<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(blob.path)) chunks.push(chunk);
  yield* tarEntry({ path: `blobs/${blob.digest.replace(":", "/")}`, mode: 0o644, content: Buffer.concat(chunks) });
}

function imageConfig(image: Image, layers: readonly Blob[]): object {
  return {
    ...platform(),
    config: {
      User: image.user,
      Env: Object.entries(image.env ?? {}).map(([name, value]) => `${name}=${value}`),
      Cmd: image.command,
      WorkingDir: image.workingFolder ?? "/",
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
  };
}

function platform(): { readonly architecture: string; readonly os: string } {
  return { architecture: process.arch === "x64" ? "amd64" : process.arch, os: "linux" };
}

function* layerChunks(entries: ReturnType<Layer> & Iterable<Parameters<typeof tarEntry>[0]>): Generator<Buffer> {
  for (const entry of entries) yield* tarEntry(entry);
  yield tarEnd();
}

function writeJson(folder: string, content: object): Promise<Blob> {
  return writeBlob(folder, async () => [Buffer.from(JSON.stringify(content))]);
}

async function writeBlob(folder: string, chunks: () => Promise<Iterable<Buffer>>): Promise<Blob> {
  await mkdir(folder, { recursive: true });
  const partial = join(folder, randomUUID());
  const hash = createHash("sha256");
  const file = await open(partial, "wx");
  let size = 0;
  try {
    for (const chunk of await chunks()) {
      hash.update(chunk);
      await file.write(chunk);
      size += chunk.length;
    }
  } finally {
    await file.close();
  }
  const hex = hash.digest("hex");
  await rename(partial, join(folder, hex));
  return { digest: `sha256:${hex}`, size, path: join(folder, hex) };
}
