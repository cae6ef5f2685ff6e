import { app } from "@skypanel/crds/kinds/app.ts";
import { readManifest } from "@skypanel/crds/manifest.ts";
import { readYaml } from "@skypanel/crds/yaml.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contentOf, renderApp } from "./render.ts";

// Words YAML readers take for something else, beside whatever people may type.
const tricky = fc.constantFrom(
  "yes",
  "null",
  "~",
  "0x1F",
  "1e3",
  "2026-01-01",
  "a: b",
  "- a",
  "#",
  "'",
  '"',
  "*a",
  "&a",
  "!t",
  "|",
  "%",
  "@",
  "\t",
  "\\",
  " x ",
  "ü",
  "😀",
  "\u2028",
  "\u0085",
  "\ufeff",
  "\u007f",
  "\u001b[31m",
  "a\nb",
  "a\r\nb",
);
const text = fc.oneof(
  tricky,
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
);

test("gives the operator back any text a customer typed", () => {
  fc.assert(
    fc.property(text, fc.array(text, { minLength: 1, maxLength: 3 }), (title, command) => {
      const file = renderApp({
        tenant: "acme",
        name: "hello",
        title,
        slug: "hello",
        image: "registry.example/hello:1",
        processes: [{ name: "w", type: "Worker", command, replicas: 1, cpuMillicores: 250, memoryMiB: 256 }],
        state: "Running",
        restartRequest: undefined,
        variables: undefined,
      });
      const read = readYaml(contentOf(file));
      expect(read).toMatchObject({ ok: true });
      const manifest = readManifest(app, read.ok ? read.value : undefined);
      expect(manifest).toMatchObject({
        ok: true,
        object: { metadata: { annotations: { "paas.skypanel.io/title": title } } },
      });
      expect(manifest).toMatchObject({ object: { spec: { processes: [{ command }] } } });
    }),
    { seed: 20_261_126, numRuns: 150 },
  );
});
