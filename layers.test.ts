import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

// The direction rules, proven to bite: a copy of the sources gets one violation per rule, and one run must name
// each planting and nothing else. dependency-cruiser is silent when it sees nothing, so what it saw is counted too.

const parts = ["crds", "runtime", "operator", "control-plane", "web", "cli", "local-cluster", "e2e", "bench"];

/** Rule → the files that break it: path → text. The rule must be reported from the first file. */
const plantings: Record<string, Record<string, string>> = {
  "crds-stands-alone": { "crds/src/planted-part.ts": 'import "../../runtime/src/log.ts";' },
  "runtime-stands-alone": { "runtime/src/planted-part.ts": 'import "../../crds/src/meta.ts";' },
  "local-cluster-stands-alone": { "local-cluster/src/planted-part.ts": 'import "../../crds/src/meta.ts";' },
  "operator-sees-crds-runtime-contract": {
    "operator/src/planted-part.ts": 'import "../../control-plane/src/errors.ts";',
  },
  "control-plane-sees-crds-and-runtime": {
    "control-plane/src/planted-part.ts": 'import "../../operator/src/labels.ts";',
  },
  "contract-sees-crds": { "control-plane/src/contract/planted-part.ts": 'import "../errors.ts";' },
  "web-sees-crds-and-contract": { "web/src/planted-part.ts": 'import "../../runtime/src/clock.ts";' },
  "cli-sees-crds-and-contract": { "cli/src/planted-part.ts": 'import "../../runtime/src/clock.ts";' },
  "features-stay-apart": {
    "web/src/features/planted-one/one.ts": 'import "../planted-two/two.ts";',
    "web/src/features/planted-two/two.ts": "export const two = 2;",
  },
  "ui-knows-no-feature": { "web/src/ui/planted-part.ts": 'import "../features/planted-two/two.ts";' },
  "api-knows-no-screen": { "web/src/api/planted-part.ts": 'import "../features/planted-two/two.ts";' },
  "kube-knows-no-kind": { "operator/src/kube/planted-part.ts": 'import "../labels.ts";' },
  "hub-knows-no-kind": { "operator/src/hub/planted-part.ts": 'import "../apps/desired.ts";' },
  "kinds-stay-apart": { "operator/src/apps/planted-part.ts": 'import "../tenants/desired.ts";' },
  "routes-call-services": { "control-plane/src/routes/planted-part.ts": 'import "../repositories/planted/rows.ts";' },
  "agent-calls-services": { "control-plane/src/agent/planted-part.ts": 'import "../repositories/planted/rows.ts";' },
  "live-calls-services": { "control-plane/src/live/planted-part.ts": 'import "../repositories/planted/rows.ts";' },
  "services-know-no-http": { "control-plane/src/services/planted/part.ts": 'import "../../http/serve.ts";' },
  "modules-meet-in-services": {
    "control-plane/src/services/planted-other/part.ts": 'import "../../repositories/planted/rows.ts";',
  },
  "repositories-know-no-rules": {
    "control-plane/src/repositories/planted/part.ts": 'import "../../services/access.ts";',
    "control-plane/src/repositories/planted/rows.ts": "export const rows = 1;",
  },
  "desired-sees-rows": { "control-plane/src/desired/planted-part.ts": 'import "../services/access.ts";' },
  "http-knows-no-module": { "control-plane/src/http/planted-part.ts": 'import "../repositories/planted/rows.ts";' },
  "db-knows-no-table": { "control-plane/src/db/planted-part.ts": 'import "../repositories/planted/rows.ts";' },
  "control-plane-knows-no-kubernetes": {
    "control-plane/src/planted-kubernetes.ts":
      'import type { V1Pod } from "@kubernetes/client-node";\nexport type P = V1Pod;',
  },
  "one-door-to-kubernetes": { "operator/src/planted-kubernetes.ts": 'import "@kubernetes/client-node";' },
  "one-door-to-git": { "control-plane/src/planted-git.ts": 'import "simple-git";' },
  "one-door-to-postgres": { "control-plane/src/planted-postgres.ts": 'import "pg";' },
  "one-door-to-tokens": { "control-plane/src/planted-tokens.ts": 'import "jsonwebtoken";' },
  "one-door-to-yaml": { "operator/src/planted-yaml.ts": 'import "yaml";' },
  "one-door-to-processes": { "runtime/src/planted-processes.ts": 'import "node:child_process";' },
  "pure-core": { "operator/src/apps/planted-core.ts": 'import "node:fs";' },
  "pure-core-calls-no-shell": { "operator/src/apps/planted-shell.ts": 'import "./gather.ts";' },
  "browser-safe": { "control-plane/src/contract/planted-core.ts": 'import "node:fs";' },
  "no-unresolvable": { "runtime/src/planted-unresolvable.ts": 'import "./not-there.ts";' },
  "no-cycles": {
    "runtime/src/planted-cycle-other.ts": 'import "./planted-cycle.ts";',
    "runtime/src/planted-cycle.ts": 'import "./planted-cycle-other.ts";',
  },
  "no-orphans": { "runtime/src/planted-orphan.ts": "export const orphan = 1;" },
};

interface Cruised {
  readonly modules: {
    readonly source: string;
    readonly dependencies: { module: string; resolved: string; couldNotResolve: boolean }[];
  }[];
  readonly summary: { readonly violations: { readonly from: string; readonly rule: { readonly name: string } }[] };
}

let copy: string;
let cruised: Cruised;
let sources: string[];

/** Packages of ours resolve into the copy, all others to what is installed; two that nothing uses yet are given a name. */
function linkModules(): void {
  const installed = resolve("node_modules");
  const modules = join(copy, "node_modules");
  mkdirSync(join(modules, "@skypanel"), { recursive: true });
  for (const name of readdirSync(installed).filter((each) => each !== "@skypanel"))
    symlinkSync(join(installed, name), join(modules, name));
  for (const part of parts.filter((each) => existsSync(each))) {
    symlinkSync(join(copy, part), join(modules, "@skypanel", part));
    if (existsSync(join(part, "node_modules")))
      symlinkSync(resolve(part, "node_modules"), join(copy, part, "node_modules"));
  }
  for (const name of ["simple-git"].filter((each) => !existsSync(join(modules, each)))) {
    mkdirSync(join(modules, name));
    writeFileSync(join(modules, name, "index.js"), "");
  }
}

function plant(): void {
  for (const files of Object.values(plantings)) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
  }
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "skypanel-layers-"));
  const tracked = execFileSync("git", ["ls-files", "-z", "--", ...parts], { encoding: "utf8" }).split("\0");
  const wanted = tracked.filter((path) => /\.(tsx?|css)$|package\.json$/.test(path) && existsSync(path));
  for (const path of wanted) cpSync(path, join(copy, path));
  for (const path of [".dependency-cruiser.cjs", "package.json", "tsconfig.base.json"]) cpSync(path, join(copy, path));
  linkModules();
  plant();
  sources = wanted.filter((path) => /\.tsx?$/.test(path));
  const program = resolve("node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  // exits with the number of violations, so the answer is read from the error
  const run = (): string => {
    const folders = parts.filter((part) => existsSync(join(copy, part)));
    try {
      return execFileSync(process.execPath, [program, "--output-type", "json", ...folders], {
        cwd: copy,
        encoding: "utf8",
        maxBuffer: 512 * 2 ** 20,
        stdio: ["ignore", "pipe", "ignore"],
      });
    } catch (error) {
      return (error as { stdout: string }).stdout; // what execFileSync throws carries what was printed
    }
  };
  cruised = JSON.parse(run()) as Cruised; // dependency-cruiser's own result schema
}, 180_000);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

test.each(Object.entries(plantings))("rule %s names its planting", (name, files) => {
  const from = cruised.summary.violations.filter(({ rule }) => rule.name === name).map((each) => each.from);
  expect(from).toContain(Object.keys(files)[0]);
});

test("nothing but the plantings breaks a rule", () => {
  const planted = new Set(Object.values(plantings).flatMap((files) => Object.keys(files)));
  expect(cruised.summary.violations.filter(({ from }) => !planted.has(from))).toEqual([]);
  const expected = Object.entries(plantings).map(([name, files]) => `${name} ${Object.keys(files)[0]}`);
  const found = new Set(cruised.summary.violations.map(({ rule, from }) => `${rule.name} ${from}`));
  expect([...found].sort()).toEqual(expected.sort());
});

test("every rule of the configuration has a planting", async () => {
  const { default: configuration } = (await import(resolve(".dependency-cruiser.cjs"))) as {
    default: { forbidden: { name: string }[] };
  };
  expect(Object.keys(plantings).sort()).toEqual(configuration.forbidden.map(({ name }) => name).sort());
});

test("every source file of ours is seen", () => {
  const planted = Object.values(plantings).flatMap((files) => Object.keys(files));
  const seen = cruised.modules
    .map(({ source }) => source)
    .filter((source) => parts.some((part) => source.startsWith(`${part}/`)));
  const code = seen.filter(
    (source) => /\.tsx?$/.test(source) && !source.includes("node_modules") && !source.includes("not-there"),
  );
  expect(code.sort()).toEqual([...new Set([...sources, ...planted])].sort());
});

test("imports between the parts resolve into them", () => {
  const between = cruised.modules
    .flatMap((each) => each.dependencies)
    .filter(({ module }) => module.startsWith("@skypanel/"));
  expect(between.length).toBeGreaterThan(20);
  expect(
    between.filter(({ resolved, couldNotResolve }) => couldNotResolve || resolved.includes("node_modules")),
  ).toEqual([]);
});

test("pure files draw no lots", () => {
  const pure = sources.filter(
    (path) => /^(crds\/src|operator\/src\/(apps|tenants|sealed|state))\//.test(path) && !path.includes(".test."),
  );
  expect(pure.length).toBeGreaterThan(20);
  expect(pure.filter((path) => readFileSync(path, "utf8").includes("Math.random"))).toEqual([]);
});
