import type { TarEntry } from "./tar.ts";

/** A layer: the entries are read again each time they are asked for, so that a large one is never whole in memory. */
export type Layer = () => Iterable<TarEntry> | Promise<Iterable<TarEntry>>;

/** What an image is made of. Two images that share a layer value share its bytes. */
export type Image = {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly command: readonly string[];
  readonly user: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
};

/** The user of every image that has no reason for another: numeric, so that Kubernetes can see that it is not root. */
export const NOBODY = "10001:10001";
