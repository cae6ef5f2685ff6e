import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import { readManifest } from "@skypanel/crds/manifest.ts";
import { readYaml } from "@skypanel/crds/yaml.ts";
import { runGit } from "../../control-plane/src/desired/git.ts";
import { materialiser } from "../../control-plane/src/desired/materialise.ts";
import { type Opened, open } from "../../operator/src/sealed/unseal.ts";
import type { TestDatabase } from "./postgres.ts";
import type { SeededCluster } from "./seed.ts";

/** A cluster's desired state as its operator reads it. */
export interface Desired {
  /** Every file by its path, as it is now. */
  files(): Promise<Map<string, string>>;
  /** What git says, asked on the cluster's bare repository. */
  git(...argv: string[]): Promise<string>;
  close(): Promise<void>;
}

/** The desired state of a cluster, in a folder of its own. */
export async function desiredOf({ pool }: TestDatabase, clusterId: string): Promise<Desired> {
  const scratch = await mkdtemp(join(tmpdir(), "skypanel-desired-"));
  const { materialise } = materialiser({ pool, scratch });
  const git = async (...argv: string[]) => runGit(await materialise(clusterId), argv);
  return {
    git,
    async files() {
      const paths = (await git("ls-tree", "-r", "--name-only", "main")).split("\n").filter(Boolean);
      return new Map(await Promise.all(paths.map(async (path) => [path, await git("show", `main:${path}`)] as const)));
    },
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

/** What the operator of `cluster` finds in a Sealed, value by value. */
export async function openSealed(cluster: SeededCluster, yaml: string | undefined): Promise<Opened[]> {
  const read = readYaml(yaml ?? "");
  const manifest = readManifest(sealed, read.ok ? read.value : undefined);
  if (!manifest.ok) throw new Error(`no Sealed: ${JSON.stringify(manifest.problems)}`);
  const key = { ageIdentity: cluster.identity, ageRecipient: cluster.recipient, clusterId: cluster.id };
  return Promise.all(Object.values(manifest.object.spec.values).map((ciphertext) => open(key, ciphertext)));
}
