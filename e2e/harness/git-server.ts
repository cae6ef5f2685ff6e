import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { branch, fastImport } from "../../control-plane/src/desired/fast-import.ts";
import { runGit } from "../../control-plane/src/desired/git.ts";
import { stateServer } from "../../control-plane/src/desired/serve.ts";

/** A cluster's repository, served as the control plane serves it, by its own journal and its own git. */
export interface GitServer {
  readonly url: string;
  /** The bare repository behind it. */
  readonly directory: string;
  /** What requests carried to prove who asks. */
  readonly authorizations: ReadonlySet<string>;
  /** Adds a commit with these files, null removing one, and its number; returns its id. */
  commit(seq: number, files: Readonly<Record<string, string | null>>, message?: string): Promise<string>;
  /** Adds a commit made by a `git fast-import` stream: for what the journal would never write. */
  import(stream: string): Promise<void>;
  /** Forgets everything, so that the next commit begins a history of its own. */
  restart(): Promise<void>;
  /** Answers every request so from now on; undefined: normally. */
  answer(reply: ((request: IncomingMessage, response: ServerResponse) => void) | undefined): void;
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback interface. */
export async function gitServer(): Promise<GitServer> {
  const directory = await mkdtemp(join(tmpdir(), "skypanel-git-"));
  const authorizations = new Set<string>();
  const { advertise, uploadPack } = stateServer({ materialise: async () => directory, doubt: () => undefined });
  let reply: Parameters<GitServer["answer"]>[0];
  let isEmpty = true;
  const init = async () => {
    await runGit(directory, ["init", "--quiet", "--bare", "--initial-branch=main", directory]);
  };
  const importStream = async (stream: string) => {
    await runGit(directory, ["fast-import", "--quiet", "--force"], stream);
    isEmpty = false;
  };
  const server = createServer((request, response) => {
    if (request.headers.authorization !== undefined) authorizations.add(request.headers.authorization);
    if (reply !== undefined) return reply(request, response);
    const served = request.url?.includes("info/refs") ? advertise : uploadPack;
    served("cluster", request, response).catch(() => response.writeHead(500).end());
  });
  await init();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/state.git`,
    directory,
    authorizations,
    import: importStream,
    answer: (next) => {
      reply = next;
    },
    commit: async (seq, files, message = "a change") => {
      const changes = Object.entries(files).map(([path, content]) => ({ path, content }));
      const author = { authorName: "A Person", authorEmail: "person@example.org", at: Date.UTC(2030, 0, 1) };
      await importStream(fastImport([{ seq, ...author, message, changes }], !isEmpty));
      return (await runGit(directory, ["rev-parse", branch])).trim();
    },
    restart: async () => {
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory);
      await init();
      isEmpty = true;
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
