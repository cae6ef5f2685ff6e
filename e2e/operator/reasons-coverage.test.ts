import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ReasonName, reasonNames, reasons } from "@skypanel/crds/reasons.ts";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const titlesIn = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: ["**/node_modules/**"] }).flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/^\s*(?:it|describe)\b[^"`\n]*["`]([^"`]+)["`]/gm)].map(
      ([, title = ""]) => title,
    ),
  );

/** Of kinds that do not exist yet, and of the control plane. Whoever makes the kind takes its reasons off this list. */
const later: readonly ReasonName[] = [
  "ReleaseCommandFailed",
  "RolledBack",
  "DnsNotPointing",
  "CertificateRefused",
  "BuildFailed",
  "BuildTimedOut",
  "BackupFailed",
  "BackupUnverified",
  "DeletionProtected",
  "ClusterSilent",
];

/** Provoked on the real cluster by a test that says it in its own words; how its title begins. */
const inOtherWords: Partial<Record<ReasonName, string>> = {
  SourceUnreachable: "T-F28 says why git cannot be fetched",
  SourceInvalid: "T-F23 names a broken file",
  HistoryRewritten: "T-F23 follows no history that was rewritten",
  PruneHeld: "T-F23 holds many removals",
  ManagedElsewhere: "T-A17 says what kubectl manages",
};

// No kind renders nothing: the engine is told to by a test of its own, in memory.
const onlyInMemory: Partial<Record<ReasonName, string>> = {
  RenderEmpty: "prunes nothing when nothing at all is desired",
};

const onCluster = titlesIn("{operator,e2e}/**/*.cluster.test.ts");
const inMemory = titlesIn("operator/src/kube/*.test.ts");
const isProvoked = (name: ReasonName) => {
  const words = inOtherWords[name];
  const isNamed = onCluster.some((title) => new RegExp(`\\b${name}\\b`).test(title));
  return isNamed || (words !== undefined && onCluster.some((title) => title.startsWith(words)));
};
const troubles = reasonNames.filter((name) => ["f", "s"].includes(reasons[name].class));

describe("each reason of trouble", () => {
  it.each(troubles.filter((name) => !later.includes(name)))("is provoked by a test: %s", (name) => {
    const words = onlyInMemory[name];
    const isToldInMemory = words !== undefined && inMemory.some((title) => title.includes(words));
    expect(isProvoked(name) || isToldInMemory).toBe(true);
  });

  it("is taken off the list of later ones when its kind exists", () => {
    expect(later.filter(isProvoked)).toEqual([]);
  });
});
