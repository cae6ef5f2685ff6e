import { describe, expect, it } from "vitest";
import { z } from "zod";
import { customResourceDefinition } from "./crd.ts";
import { kinds } from "./kinds.ts";
import { GROUP, type Kind } from "./meta.ts";
import { SchemaBreach } from "./schema.ts";

const of = (kind: Kind) => {
  const crd = customResourceDefinition(kind);
  const version = crd.spec.versions[0];
  return { crd, version, schema: version?.schema.openAPIV3Schema };
};

describe("customResourceDefinition", () => {
  it.each(kinds)("gives $kind one version, its status apart", (kind) => {
    const { crd, version } = of(kind);
    expect(crd.metadata.name).toBe(`${kind.plural}.${GROUP}`);
    expect(crd.spec.versions).toHaveLength(1);
    expect(version).toMatchObject({ served: true, storage: true, subresources: { status: {} } });
  });

  it.each(kinds)("lists $kind under the category and shows how it is", (kind) => {
    const { crd, version } = of(kind);
    expect(crd.spec.names.categories).toEqual(["skypanel"]);
    expect(version?.additionalPrinterColumns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Phase", "Ready", "Age"]),
    );
  });

  it.each(kinds)("bounds the name of every $kind", (kind) => {
    expect(of(kind).schema?.properties.metadata.properties.name).toMatchObject(
      kind.onlyName === undefined ? { maxLength: kind.nameLength } : { enum: [kind.onlyName] },
    );
  });

  it.each(kinds)("explains every field of a $kind's spec", (kind) => {
    const unexplained = JSON.stringify(of(kind).schema?.properties.spec.properties, (_, value) => {
      const isField =
        typeof value === "object" && value !== null && ("type" in value || "x-kubernetes-int-or-string" in value);
      return isField ? { ...value, explained: value.description !== undefined } : value;
    });
    const fields = [...unexplained.matchAll(/"(\w+)":\{[^{}]*"explained":false/g)].map(([, name]) => name);
    expect(fields.filter((name) => name !== "items" && name !== "additionalProperties")).toEqual([]);
  });

  it("names the kind whose schema is none", () => {
    const [kind] = kinds;
    const broken = { ...kind, kind: "Odd", spec: z.strictObject({ x: z.string() }) } as Kind; // `kinds` is not empty
    expect(() => customResourceDefinition(broken)).toThrow(new SchemaBreach("Odd.spec.x: maxLength is missing"));
  });
});
