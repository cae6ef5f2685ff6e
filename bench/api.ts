import { randomUUID } from "node:crypto";
import { systemClock } from "@skypanel/runtime/clock.ts";
import { type ApiClient, signedIn } from "../e2e/harness/api.ts";
import { controlPlane } from "../operator/src/hub/control-plane.ts";
import { identityOf, makeKeys } from "../operator/src/hub/keys.ts";
import { credential } from "../operator/src/hub/token.ts";
import { spread, times } from "./measure.ts";
import { type Server, startServer } from "./server.ts";

const apps = 1_000;
const requests = 500;
const versions = { operator: "0.1.0", kubernetes: "v1.35.4" };
const heartbeat = {
  versions,
  machines: [],
  checks: [],
  appliedSeq: null,
  appliedCommit: null,
  oldestPendingSeconds: null,
};

/** Joins a cluster over the real protocol and keeps it online; returns what stops its heartbeats. */
async function joinCluster(server: Server, api: ApiClient): Promise<() => void> {
  const body = { slug: "bench", name: "Bench", region: "here", baseDomain: "localhost" };
  const { registration } = await api.call("POST /admin/clusters", { body });
  const keys = await makeKeys();
  const fresh = await identityOf(keys, undefined);
  const deadline = () => AbortSignal.timeout(10_000);
  const to = (clusterId?: string) =>
    identityOf(keys, clusterId).then((identity) =>
      controlPlane(
        new URL(server.url),
        credential(() => identity, systemClock),
      ),
    );
  const { publicKey, ageRecipient } = fresh;
  const presented = { publicKey, ageRecipient, kubeSystemUid: randomUUID(), versions };
  const { clusterId } = await (await to()).register(registration.token, presented, deadline());
  const worker = await to(clusterId);
  await worker.heartbeat(heartbeat, deadline());
  const beating = setInterval(() => void worker.heartbeat(heartbeat, deadline()).catch(() => {}), 10_000);
  return () => clearInterval(beating);
}

const web = { name: "web", type: "Web" as const, port: 8080, replicas: 1 };
const newApp = (name: string) => ({
  name,
  cluster: "bench",
  image: { reference: "registry.example/shop/web:1" },
  processes: [web],
});

/** p50 and p99 in milliseconds of listing 50 of 1,000 apps and of changing one, one request at a time, three repeats. */
export async function api(): Promise<unknown> {
  const server = await startServer();
  const client = await signedIn(server.url, server.email, server.password);
  const leave = await joinCluster(server, client);
  try {
    const params = { org: server.organisation };
    const create = spread(
      await times(apps, (index) => client.call("POST /orgs/{org}/apps", { params, body: newApp(`app-${index}`) })),
    );
    const revisions = new Map<number, string>();
    const patch = async (index: number, image: string) => {
      const target = { ...params, app: `app-${index}` };
      const before =
        revisions.get(index) ?? (await client.call("GET /orgs/{org}/apps/{app}", { params: target })).revision;
      const from = performance.now();
      const body = { image: { reference: image } };
      const { revision } = await client.call("PATCH /orgs/{org}/apps/{app}", {
        params: target,
        body,
        revision: before,
      });
      revisions.set(index, revision);
      return performance.now() - from;
    };
    const repeats = [];
    for (let repeat = 0; repeat < 3; repeat += 1) {
      const list = await times(requests, () => client.call("GET /orgs/{org}/apps", { params, query: { limit: 50 } }));
      const changed: number[] = [];
      for (let index = 0; index < requests; index += 1)
        changed.push(await patch(index, `registry.example/shop/web:${repeat + 2}`));
      repeats.push({ listMs: spread(list), patchMs: spread(changed) });
    }
    return { apps, requests, createMs: create, repeats };
  } finally {
    leave();
    await server.stop();
  }
}
