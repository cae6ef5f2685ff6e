import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** What the API server would say to an object, without storing it; `message` is empty if it would take it. */
export interface Verdict {
  readonly isTaken: boolean;
  readonly message: string;
}

/** An API server that judges and stores nothing; `kubectl proxy` brings the administrator's credentials. */
export interface DryRun {
  /** Judges the creation of an object from its JSON; `collection` is such as `/api/v1/namespaces/x/pods`. */
  create(collection: string, json: string): Promise<Verdict>;
  /** Judges the same of an object that may be there already. */
  put(path: string, json: string): Promise<Verdict>;
  close(): Promise<void>;
}

const query = "dryRun=All&fieldValidation=Strict&fieldManager=dry-run";

/** Opens a way to the API server for many questions in a row: a kubectl for each would cost a process. */
export async function openDryRun(kubectl: string, kubeconfig: string): Promise<DryRun> {
  const args = ["--kubeconfig", kubeconfig, "proxy", "--port=0"];
  const proxy = spawn(kubectl, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(proxy.stdout), "line");
  const url = `http://${String(line).replace(/^.* on /, "")}`;
  const ask = async (method: string, path: string, type: string, body: string): Promise<Verdict> => {
    const answer = await fetch(`${url}${path}${path.includes("?") ? "&" : "?"}${query}`, {
      method,
      headers: { "content-type": type },
      body,
    });
    const text = await answer.text();
    if (answer.ok) return { isTaken: true, message: "" };
    return { isTaken: false, message: `${answer.status} ${JSON.parse(text).message}` };
  };
  return {
    create: (collection, json) => ask("POST", collection, "application/json", json),
    put: (path, json) => ask("PATCH", `${path}?force=true`, "application/apply-patch+yaml", json),
    close: async () => {
      proxy.kill();
      await once(proxy, "exit");
    },
  };
}

/** Runs `work` on every item, eight at a time; the answers in the order of the items. */
export async function eightAtATime<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) answers[index] = await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return answers;
}
