import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock } from "@skypanel/runtime/manual-clock.ts";
import { afterAll, describe, expect, it } from "vitest";
import { memoryKube } from "../kube/memory-kube.ts";
import { namespaces } from "../kube/resources.ts";
import { kubernetesVersion, kubeSystemUid, registrationToken } from "./surroundings.ts";

const folder = await mkdtemp(join(tmpdir(), "skypanel-surroundings-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An API server whose answer comes in `chunks`. */
const saying = (...chunks: string[]) => ({
  stream: async () =>
    (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    })(),
});

describe("the cluster around us", () => {
  it("says its version, in however many pieces", async () => {
    expect(await kubernetesVersion(saying('{"major":"1","gitVer', 'sion":"v1.35.4"}'))).toBe("v1.35.4");
  });

  it("is not read without end", async () => {
    const flood = Array.from({ length: 100 }, () => "x".repeat(1_024));
    await expect(kubernetesVersion(saying(...flood))).rejects.toThrow(SyntaxError);
  });

  it("is known by the uid of kube-system", async () => {
    const kube = memoryKube(manualClock());
    const { metadata } = kube.edit({ resource: namespaces, name: "kube-system" }, { metadata: {} });
    expect(await kubeSystemUid(kube)).toBe(metadata.uid);
  });
});

describe("the registration token", () => {
  const file = join(folder, "token");

  it("is what the file says, without the line's end", async () => {
    await writeFile(file, "sp_reg_first\n");
    expect(await registrationToken(file)).toBe("sp_reg_first");
  });

  it("is none in an empty file, in none, or without a place for it", async () => {
    await writeFile(file, "\n");
    expect(await Promise.all([file, join(folder, "missing"), undefined].map(registrationToken))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("cannot be read from what is no file: that is a fault to be seen", async () => {
    await expect(registrationToken(folder)).rejects.toThrow("EISDIR");
  });
});
