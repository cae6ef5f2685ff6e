import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileEntry, treeEntries } from "./entries.ts";
import type { Image, Layer } from "./image.ts";
import { libraryEntries } from "./libraries.ts";
import { nodeBase, nodeEnv } from "./node-base.ts";
import { type Lock, type Production, productionPackages } from "./production-packages.ts";
import type { TarEntry } from "./tar.ts";

const GIT = ["/usr/bin/git", "/usr/lib/git-core/git-remote-http"];

/** The git the operator fetches with: the program and its transport for http, which is the one for https too. */
const git: Layer = async () => [
  ...GIT.map((path) => fileEntry(path.slice(1), path)),
  { path: "usr/lib/git-core/git", mode: 0o777, linkTarget: "../../bin/git" },
  { path: "usr/lib/git-core/git-remote-https", mode: 0o777, linkTarget: "git-remote-http" },
  ...(await libraryEntries(GIT)),
];

/** Returns the operator's image, made of the work tree at `root`: Node runs the very source that lies there. */
export function operatorImage(root: string): Image {
  // Written by npm, which promises this form in its documentation.
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  const production = productionPackages(withContractAlone(lock), "operator");
  return {
    name: `localhost/skypanel/operator:${version}`,
    layers: [nodeBase, git, () => packageEntries(root, production), () => sourceEntries(root, production)],
    command: ["node", "operator/src/main.ts"],
    user: "65532:65532",
    workingFolder: "/app",
    env: nodeEnv,
  };
}

/** Of the control plane the operator has the contract, which imports these two and nothing else. */
function withContractAlone(lock: Lock): Lock {
  return { packages: { ...lock.packages, "control-plane": { dependencies: { "@skypanel/crds": "", zod: "" } } } };
}

function* packageEntries(root: string, { packages, workspaces }: Production): Generator<TarEntry> {
  // A package inside another is listed by itself, if it is wanted at all.
  const wanted = (path: string) => !path.endsWith("/node_modules") && !/\.(map|md|d\.[cm]?ts)$/.test(path);
  for (const folder of packages) yield* treeEntries(`app/${folder}`, join(root, folder), wanted);
  for (const name of workspaces) {
    yield { path: `app/node_modules/@skypanel/${name}`, mode: 0o777, linkTarget: `../../${name}` };
  }
}

function* sourceEntries(root: string, { workspaces }: Production): Generator<TarEntry> {
  yield fileEntry("app/package.json", join(root, "package.json"));
  for (const workspace of workspaces) {
    yield fileEntry(`app/${workspace}/package.json`, join(root, workspace, "package.json"));
    const source = workspace === "control-plane" ? "src/contract" : "src";
    const tests = (path: string) => !/\.test\.ts$|\/golden$/.test(path);
    yield* treeEntries(`app/${workspace}/${source}`, join(root, workspace, source), tests);
  }
}
