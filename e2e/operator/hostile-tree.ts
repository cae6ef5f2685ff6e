import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import type { GitServer } from "../harness/git-server.ts";

/** An entry of a git tree, as a hand that knows git and means harm would write it. */
export interface HostileEntry {
  /** A slash separates names; "%2f" is one within a name. */
  readonly path: string;
  readonly mode: string;
  /** Bytes of its blob; "nowhere": it names an object that is not there, as a submodule does. */
  readonly content: Buffer | "nowhere";
  readonly twice?: boolean;
  /** Before all others, whatever its name. */
  readonly first?: boolean;
}

interface Row {
  readonly mode: string;
  readonly name: string;
  readonly id: string;
  readonly first: boolean;
}

const folderMode = "40000";

/** Puts a commit of these entries on the server's branch; git's own checks are not asked. Returns its id. */
export async function plant(server: GitServer, seq: number, entries: readonly HostileEntry[]): Promise<string> {
  const store = (type: string, body: Buffer) => storeObject(server.directory, type, body);
  const blobs = new Map<Buffer, string>();
  const blobOf = async (content: HostileEntry["content"]) => {
    if (content === "nowhere") return "a".repeat(40);
    const id = blobs.get(content) ?? (await store("blob", content));
    blobs.set(content, id);
    return id;
  };
  const treeOf = async (within: readonly HostileEntry[]): Promise<string> => {
    const folders = new Map<string, HostileEntry[]>();
    const rows: Row[] = [];
    for (const entry of within) {
      const slash = entry.path.indexOf("/");
      if (slash !== -1) {
        const name = entry.path.slice(0, slash);
        folders.set(name, [...(folders.get(name) ?? []), { ...entry, path: entry.path.slice(slash + 1) }]);
        continue;
      }
      const id = await blobOf(entry.content);
      const row = { mode: entry.mode, name: entry.path.replaceAll("%2f", "/"), id, first: entry.first === true };
      rows.push(row, ...(entry.twice ? [row] : []));
    }
    for (const [name, inside] of folders) {
      rows.push({ mode: folderMode, name: name.replaceAll("%2f", "/"), id: await treeOf(inside), first: false });
    }
    return await store("tree", Buffer.concat(rows.sort(asGitSorts).map(bytesOf)));
  };
  const tree = await treeOf(entries);
  const person = "A Person <person@example.org> 0 +0000";
  const commit = `tree ${tree}\nauthor ${person}\ncommitter ${person}\n\nplanted\n\nSeq: ${seq}\n`;
  const id = await store("commit", Buffer.from(commit));
  await server.import(`reset refs/heads/main\nfrom ${id}\n\n`);
  return id;
}

function asGitSorts(a: Row, b: Row): number {
  if (a.first !== b.first) return a.first ? -1 : 1;
  const key = ({ name, mode }: Row) => Buffer.from(mode === folderMode ? `${name}/` : name);
  return Buffer.compare(key(a), key(b));
}

function bytesOf({ mode, name, id }: Row): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]);
}

async function storeObject(directory: string, type: string, body: Buffer): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]);
  const id = createHash("sha1").update(bytes).digest("hex");
  const folder = join(directory, "objects", id.slice(0, 2));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, id.slice(2)), deflateSync(bytes));
  return id;
}
