import { realpathSync } from "node:fs";
import { fileEntry, textEntry } from "./entries.ts";
import type { Layer } from "./image.ts";
import { libraryEntries } from "./libraries.ts";

const CERTIFICATES = "etc/ssl/certs/ca-certificates.crt";

/** The runtime of our Node programs: the Node that runs this, the libraries it loads, and an unprivileged user. */
export const nodeBase: Layer = async () => {
  const node = realpathSync(process.execPath);
  return [
    fileEntry(CERTIFICATES, `/${CERTIFICATES}`),
    textEntry("etc/passwd", "root:x:0:0::/root:\napp:x:10001:10001::/tmp:\n"),
    textEntry("etc/group", "root:x:0:\napp:x:10001:\n"),
    textEntry("etc/nsswitch.conf", "hosts: files dns\n"),
    { path: "tmp/", mode: 0o1777 },
    fileEntry("usr/local/bin/node", node),
    ...(await libraryEntries([node])),
  ];
};

/** What every Node image says in its environment. */
export const nodeEnv = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/tmp", NODE_ENV: "production" };
