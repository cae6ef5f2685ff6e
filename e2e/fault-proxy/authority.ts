import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@skypanel/local-cluster/machine/run.ts";

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** The certificates of a proxy on loopback: its own, and two that a caller must refuse. */
export interface Authority {
  /** What callers trust. */
  readonly ca: string;
  readonly good: Certificate;
  readonly expired: Certificate;
  readonly foreign: Certificate;
}

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const names = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n";

let made: Promise<Authority> | undefined;

/** Returns the authority of this process, made at the first call. */
export function authority(): Promise<Authority> {
  made ??= makeAuthority();
  return made;
}

async function makeAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), "skypanel-proxy-"));
  try {
    const [ca, foreign] = await Promise.all([root(folder, "ours"), root(folder, "foreign")]);
    const [good, expired, stranger] = await Promise.all([
      issue(folder, { name: "good", by: ca, days: 30 }),
      issue(folder, { name: "expired", by: ca, days: -1 }),
      issue(folder, { name: "stranger", by: foreign, days: 30 }),
    ]);
    return { ca: await readFile(`${ca}.crt`, "utf8"), good, expired, foreign: stranger };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the path of the root's files, without their endings. */
async function root(folder: string, name: string): Promise<string> {
  const path = join(folder, `ca-${name}`);
  const out = ["-keyout", `${path}.key`, "-out", `${path}.crt`, "-days", "30"];
  await run("openssl", ["req", "-x509", ...curve, ...out, "-subj", `/CN=skypanel-proxy-${name}`]);
  return path;
}

interface Wanted {
  readonly name: string;
  readonly by: string;
  /** Negative: it ended that long ago. */
  readonly days: number;
}

async function issue(folder: string, { name, by, days }: Wanted): Promise<Certificate> {
  const file = (ending: string) => join(folder, `${name}.${ending}`);
  await run("openssl", ["req", ...curve, "-keyout", file("key"), "-out", file("csr"), "-subj", "/CN=localhost"]);
  await writeFile(file("ext"), names);
  const signing = ["-CA", `${by}.crt`, "-CAkey", `${by}.key`, "-days", String(days), "-extfile", file("ext")];
  await run("openssl", ["x509", "-req", "-in", file("csr"), ...signing, "-out", file("crt")]);
  const [key, cert] = await Promise.all([readFile(file("key"), "utf8"), readFile(file("crt"), "utf8")]);
  return { key, cert };
}
