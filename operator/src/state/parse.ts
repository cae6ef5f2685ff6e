import { readManifest } from "@skypanel/crds/manifest.ts";
import type { KubeObject } from "@skypanel/crds/meta.ts";
import { readYaml } from "@skypanel/crds/yaml.ts";
import type { Place } from "./place.ts";
import type { FileProblem } from "./tree.ts";

/** A file's object with its defaults filled in, or what is wrong with it. */
export type Parsed =
  | { readonly ok: true; readonly object: KubeObject; readonly namespaceLine?: number }
  | { readonly ok: false; readonly problem: FileProblem };

/** Reads the bytes of the file at `place`. The object must be of the kind and name that the path says. */
export function parseFile(place: Pick<Place, "path" | "kind" | "name">, bytes: Uint8Array): Parsed {
  const { path, kind, name } = place;
  const wrong = (message: string, line?: number): Parsed => ({
    ok: false,
    problem: { path, ...(line === undefined ? {} : { line }), message },
  });
  const text = decode(bytes);
  if (text === undefined) return wrong("the file is not UTF-8", 1);
  const yaml = readYaml(text);
  if (!yaml.ok) {
    const [first] = yaml.problems;
    return wrong(first?.message ?? "not YAML", first?.line);
  }
  const manifest = readManifest(kind, yaml.value);
  if (!manifest.ok) {
    const [first] = manifest.problems;
    return wrong(`${first?.field}: ${first?.message}`, lineOf(first?.field ?? "", yaml.lines));
  }
  if (manifest.object.metadata.name !== name) {
    return wrong(`metadata.name: the path says ${name}`, lineOf("metadata.name", yaml.lines));
  }
  const namespaceLine = yaml.lines.get("metadata.namespace");
  return { ok: true, object: manifest.object, ...(namespaceLine === undefined ? {} : { namespaceLine }) };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined; // which the caller says
  }
}

/** The line of `field`, or of the nearest field around it: a missing field has none. */
function lineOf(field: string, lines: ReadonlyMap<string, number>): number | undefined {
  for (let path = field; path !== ""; path = path.replace(/(\.|^)[^.[\]]*$|\[[^[\]]*\]$/, "")) {
    const found = lines.get(path);
    if (found !== undefined) return found;
  }
  return lines.get("");
}
