import type { App } from "@skypanel/crds/kinds/app.ts";

/** The first label of an app's host. */
export function slugOf({ metadata, spec }: App): string {
  return spec.slug ?? metadata.name;
}
