import { describe, expect, it } from "vitest";
import { anApp, aSealed, aStateSource, aTenant, someSettings } from "./corpus/good-manifests.ts";
import { wrongManifests } from "./corpus/wrong-manifests.ts";
import { app } from "./kinds/app.ts";
import { kinds } from "./kinds.ts";
import { readManifest } from "./manifest.ts";

const kindOf = (name: string) => kinds.find(({ kind }) => kind === name) ?? app;

describe("readManifest", () => {
  it.each([anApp(), aTenant(), aSealed(), aStateSource(), someSettings()])(
    "takes a $kind with every field",
    (manifest) => {
      expect(readManifest(kindOf(manifest.kind), manifest)).toMatchObject({
        ok: true,
        object: { kind: manifest.kind },
      });
    },
  );

  it("fills in the defaults of a short App", () => {
    const short = {
      ...anApp(),
      spec: { source: { image: { reference: "shop" } }, processes: [{ name: "web", type: "Web", port: 80 }] },
    };
    expect(readManifest(app, short)).toMatchObject({
      object: {
        spec: {
          state: "Running",
          rollout: { progressDeadlineSeconds: 600 },
          processes: [
            {
              replicas: 1,
              resources: { cpu: "250m", memory: "256Mi", ephemeralStorage: "1Gi" },
              terminationGraceSeconds: 30,
            },
          ],
        },
      },
    });
  });

  it("has at least 50 wrong manifests to refuse", () => {
    expect(wrongManifests.length).toBeGreaterThanOrEqual(50);
  });

  it.each(wrongManifests)("refuses %s, naming %s", (_, field, manifest) => {
    // JSON drops what is undefined, as a file would.
    const result = readManifest(kindOf(manifest.kind), JSON.parse(JSON.stringify(manifest)));
    expect(result).toMatchObject({ ok: false });
    const fields = result.ok ? [] : result.problems.map((problem) => problem.field);
    expect(fields.filter((named) => named.startsWith(field))).not.toEqual([]);
  });

  it("refuses another kind and another version", () => {
    const wrong = { ...anApp(), kind: "Tenant", apiVersion: "paas.skypanel.io/v1" };
    expect(readManifest(app, wrong)).toMatchObject({
      ok: false,
      problems: [{ field: "apiVersion" }, { field: "kind" }],
    });
  });

  it("refuses fields of metadata that only the cluster sets", () => {
    const owned = { ...anApp(), metadata: { ...anApp().metadata, ownerReferences: [] } };
    expect(readManifest(app, owned)).toMatchObject({ ok: false, problems: [{ field: "metadata.ownerReferences" }] });
  });

  it.each([null, 7, "App", [], {}])("refuses %j without throwing", (value) => {
    expect(readManifest(app, value).ok).toBe(false);
  });
});
