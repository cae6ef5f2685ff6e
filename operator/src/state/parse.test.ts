import { describe, expect, it } from "vitest";
import { parseFile } from "./parse.ts";
import { placeOf } from "./place.ts";

const path = "tenants/acme/apps/shop.yaml";

function parse(text: string | Uint8Array, at = path) {
  const place = placeOf(at);
  if (place === undefined) throw new Error(`no place: ${at}`);
  return parseFile(place, typeof text === "string" ? new TextEncoder().encode(text) : text);
}

const shop = `apiVersion: paas.skypanel.io/v1alpha1
kind: App
metadata: { name: shop, namespace: sp-acme }
spec:
  source: { image: { reference: "registry.example/shop:1" } }
  processes:
    - name: web
      type: Web
      port: 3000
`;

describe("a file", () => {
  it("is the object it says, with its defaults", () => {
    const parsed = parse(shop);
    expect(parsed).toMatchObject({
      ok: true,
      object: { kind: "App", spec: { state: "Running", processes: [{ replicas: 1 }] } },
    });
  });

  it.each([
    [
      "an unknown field",
      shop.replace("port: 3000", "port: 3000\n      replica: 2"),
      10,
      "spec.processes[0].replica: there is no such field",
    ],
    [
      "a wrong value",
      shop.replace("3000", "70000"),
      9,
      "spec.processes[0].port: Too big: expected number to be <=65535",
    ],
    ["a missing field", shop.replace("      type: Web\n", ""), 7, "spec.processes[0].type:"],
    ["another kind", shop.replace("kind: App", "kind: Tenant"), 2, 'kind: Invalid input: expected "App"'],
    ["another name", shop.replace("name: shop,", "name: other,"), 3, "metadata.name: the path says shop"],
    ["another version", shop.replace("v1alpha1", "v2"), 1, "apiVersion: Invalid input"],
    [
      "a foreign kind",
      "apiVersion: v1\nkind: Secret\nmetadata: { name: shop, namespace: x }\n",
      1,
      "apiVersion: Invalid input",
    ],
    ["a list", "- a\n", 1, ": Invalid input: expected object"],
  ])("is broken by %s, at its line", (_, text, line, message) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ ok: false, problem: { path, line } });
    expect(parsed.ok ? "" : parsed.problem.message).toContain(message);
  });
});

describe("T-B13 hostile YAML", () => {
  it.each([
    ["no text", ""],
    ["an alias bomb", `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n${shop}`],
    ["an anchor", shop.replace("name: web", "name: &n web")],
    ["a tag", shop.replace("3000", "!!int 3000")],
    ["a merge key", shop.replace("port: 3000", "<<: { port: 3000 }")],
    ["two documents", `${shop}---\n${shop}`],
    ["a directive", `%YAML 1.1\n---\n${shop}`],
    ["doubled keys", `${shop}kind: App\n`],
    ["__proto__", `${shop}__proto__: { polluted: true }\n`],
    ["depth in brackets", "[".repeat(100_000)],
    ["depth in braces", "{a: ".repeat(50_000)],
    ["depth in dashes", `${"- ".repeat(50_000)}a`],
    ["depth in lines", Array.from({ length: 400 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
    ["too many values", `a: [${"1,".repeat(10_000)}1]`],
    ["too many bytes", `a: ${"x".repeat(300_000)}`],
    ["a number too large", shop.replace("3000", "9007199254740993")],
    ["a tab as indentation", shop.replace("  processes", "\tprocesses")],
    ["an open quote", shop.replace('"registry', '"registry\n"')],
    [
      "Norway",
      shop.replace("name: web", "name: no\n      command: [no, yes, 0o17, 1_000]").replace("type: Web", "type: no"),
    ],
  ])("is refused with a line: %s", (_, text) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({
      ok: false,
      problem: { path, message: expect.any(String), line: expect.any(Number) },
    });
  });

  it.each([
    ["UTF-16", new Uint8Array(Buffer.from(`\ufeff${shop}`, "utf16le"))],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x00])],
  ])("is refused as no UTF-8: %s", (_, bytes) => {
    expect(parse(bytes)).toEqual({ ok: false, problem: { path, line: 1, message: "the file is not UTF-8" } });
  });

  it("pollutes nothing", () => {
    parse(`${shop}__proto__: { polluted: true }\n`);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
