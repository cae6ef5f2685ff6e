import type { Child } from "./controller.ts";
import { appliedAnnotation, ownerUids } from "./inventory.ts";
import type { Live, Ref, Resource } from "./kube.ts";
import { resourceName } from "./resources.ts";
import { keyOfRef } from "./store.ts";
import { keyOf, type Table } from "./table.ts";

/**
 * Children the cache saw go, by what was last applied: one that is made anew just as it was had been deleted by others.
 * A first create, a rename or another spec leave no such trace. What the process did not see go is not known here.
 */
export interface Lost {
  /** Follows a table of children; `lives` tells whether an owner of that uid is there. */
  follow(table: Table, lives: (ownerUid: string) => boolean): void;
  /** True if the owner's child at `ref` went as `hash` had made it. */
  has(ownerUid: string, ref: Ref, hash: string): boolean;
  /** Every child of the owner is as desired: what is gone and not desired was meant to go. */
  settle(ownerUid: string, desired: readonly Child[]): void;
  /** The owner is gone. */
  forget(ownerUid: string): void;
}

/** Nothing is lost yet. */
export function createLost(): Lost {
  const byOwner = new Map<string, Map<string, string>>();
  const drop = (uid: string, place: string) => {
    const known = byOwner.get(uid);
    known?.delete(place);
    if (known?.size === 0) byOwner.delete(uid);
  };
  const note = (uid: string, place: string, { metadata }: Live) => {
    const hash = metadata.annotations?.[appliedAnnotation];
    if (hash === undefined) return;
    const known = byOwner.get(uid) ?? new Map<string, string>();
    byOwner.set(uid, known.set(place, hash));
  };
  return {
    follow: (table, lives) =>
      table.onChange((before, after) => {
        if (before !== undefined && after !== undefined) return;
        const object = before ?? after;
        if (object === undefined) return;
        const place = placeOf(table.resource, keyOf(object));
        for (const uid of ownerUids(object)) {
          if (after !== undefined) drop(uid, place);
          else if (lives(uid)) note(uid, place, object);
        }
      }),
    has: (uid, ref, hash) => byOwner.get(uid)?.get(placeOf(ref.resource, keyOfRef(ref))) === hash,
    settle: (uid, desired) => {
      const wanted = new Set(desired.map(({ resource, manifest }) => placeOf(resource, keyOfRef(manifest.metadata))));
      for (const place of [...(byOwner.get(uid)?.keys() ?? [])]) if (!wanted.has(place)) drop(uid, place);
    },
    forget: (uid) => void byOwner.delete(uid),
  };
}

function placeOf(resource: Resource, key: string): string {
  return `${resourceName(resource)} ${key}`;
}
