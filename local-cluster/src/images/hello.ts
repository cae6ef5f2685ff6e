import { join } from "node:path";
import { fileEntry } from "./entries.ts";
import { type Image, NOBODY } from "./image.ts";
import { nodeBase, nodeEnv } from "./node-base.ts";

const source = join(import.meta.dirname, "../../../images/hello");
const program = () => [
  fileEntry("app/server.ts", join(source, "server.ts")),
  fileEntry("app/crash.ts", join(source, "crash.ts")),
];

/** Example apps: two versions of one that greets, and one that ends with an error as soon as it starts. */
export const helloImages: readonly Image[] = [
  hello("localhost/skypanel/hello:1", "server.ts", "1"),
  hello("localhost/skypanel/hello:2", "server.ts", "2"),
  hello("localhost/skypanel/crash:1", "crash.ts", "1"),
];

function hello(name: string, file: string, version: string): Image {
  return {
    name,
    layers: [nodeBase, program],
    command: ["/usr/local/bin/node", `/app/${file}`],
    user: NOBODY,
    workingFolder: "/app",
    env: { ...nodeEnv, HELLO_VERSION: version },
  };
}
