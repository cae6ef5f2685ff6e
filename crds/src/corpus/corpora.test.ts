import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { readManifest } from "../manifest.ts";
import { plantings } from "./corpora.ts";
import { linesOf } from "./corpus.ts";
import { nameOf, type Place, places, planted } from "./places.ts";

const read = (file: string) => linesOf(file, readFileSync(new URL(file, import.meta.url), "utf8"));
const labelOf = (place: Place) => `${place.kind.kind} ${nameOf(place)}${place.isKey ? " (name)" : ""}`;

describe.each([
  ["T-B15", "names.txt", 400],
  ["T-B16", "variables.txt", 150],
  ["T-B17", "quantities.txt", 150],
])("%s %s", (_, file, least) => {
  const lines = read(file);

  it(`has ${least} lines and more, each with a field to go into`, () => {
    expect(lines.length).toBeGreaterThanOrEqual(least);
    const used = new Set(plantings(lines).map(({ line }) => line.at));
    expect(lines.filter(({ at }) => !used.has(at))).toEqual([]);
  });

  it("happens as it says in every field of the sort", () => {
    const wrong = plantings(lines).flatMap(({ line, place, isTaken }) => {
      const manifest: unknown = JSON.parse(planted(place, line.json));
      const result = readManifest(place.kind, manifest);
      if (result.ok !== isTaken) return [`${line.at} in ${labelOf(place)}: ${result.ok ? "taken" : "refused"}`];
      if (!result.ok && result.problems.some(({ field }) => field.startsWith(nameOf(place)))) return [];
      // What is taken comes out as it went in: nothing folded, merged or lost.
      return result.ok && JSON.stringify(result.object).includes(JSON.stringify(JSON.parse(line.json)).slice(1, -1))
        ? []
        : [`${line.at} in ${labelOf(place)}: ${JSON.stringify(result).slice(0, 300)}`];
    });
    expect(wrong).toEqual([]);
  });

  it("leaves JavaScript's own objects alone", () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("fields and corpora", () => {
  it("know every text of every kind", () => {
    const others = places.filter((place) => place.schema.type === "string" && place.schema.enum === undefined);
    expect(others.filter((place) => place.sorts.length === 0).map(labelOf)).toEqual([
      // Each has a grammar of its own, with its own tests, or is shown to people alone.
      "ClusterSettings spec.privateRanges[0]",
      "ClusterSettings spec.confirmPrune",
      "StateSource spec.url",
      "StateSource spec.branch",
      "Tenant spec.suspended.message",
      "Tenant spec.network.cidrs[0]",
      "Sealed spec.recipient",
      "Sealed spec.values.DATABASE_URL",
      "App spec.source.image.reference",
      "App spec.processes[0].health.http.path",
      "App spec.suspended.message",
      "App spec.restartRequest",
    ]);
  });

  it("have the names that the limits give them", () => {
    const longest = places.filter((place) => place.sorts.includes("label"));
    expect(Object.fromEntries(longest.map((place) => [labelOf(place), place.schema.maxLength]))).toEqual({
      "App metadata.name": limits.app.nameLength,
      "App spec.processes[0].name": limits.app.processNameLength,
      "App spec.slug": limits.kube.nameLength,
      "ClusterSettings spec.ingress.namespace": limits.kube.nameLength,
      "Sealed metadata.name": limits.kube.nameLength - 10,
      "StateSource metadata.name": limits.kube.nameLength,
      "Tenant metadata.name": limits.kube.nameLength - "sp-".length - "-builds".length,
      "Tenant spec.namespace": limits.kube.nameLength - "-builds".length,
    });
  });
});
