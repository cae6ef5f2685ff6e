import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileEntry, treeEntries } from "./entries.ts";
import type { Image, Layer } from "./image.ts";
import { libraryEntries } from "./libraries.ts";
import { nodeBase, nodeEnv } from "./node-base.ts";

const GIT = ["/usr/bin/git", "/usr/lib/git-core/git-remote-http"];

/** The git the operator fetches with: the program and its transport for http, which is the one for https too. */
const git: Layer = async () => [
  ...GIT.map((path) => fileEntry(path.slice(1), path)),
  { path: "usr/lib/git-core/git", mode: 0o777, linkTarget: "../../bin/git" },
  { path: "usr/lib/git-core/git-remote-https", mode: 0o777, linkTarget: "git-remote-http" },
  ...(await libraryEntries(GIT)),
];

/** Returns the operator's image, made of the programs that `npm run build --workspace operator` wrote below `root`. */
export function operatorImage(root: string): Image {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  const programs: Layer = () => treeEntries("app/operator/dist", join(root, "operator/dist"), () => true);
  return {
    name: `localhost/skypanel/operator:${version}`,
    layers: [nodeBase, git, programs],
    command: ["node", "operator/dist/main.mjs"],
    user: "65532:65532",
    workingFolder: "/app",
    env: nodeEnv,
  };
}
