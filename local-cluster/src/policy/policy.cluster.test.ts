import { randomUUID } from "node:crypto";
import { expect, inject, it, onTestFinished } from "vitest";
import { run } from "../machine/run.ts";

const image = "localhost/skypanel/hello:1";
const kubectl = (args: readonly string[], input = "") =>
  run(inject("kubectl"), ["--kubeconfig", inject("kubeconfig"), ...args], { input });
const apply = (...items: object[]) =>
  kubectl(["apply", "--filename", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));

const pod = (namespace: string, name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace, labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name, image, readinessProbe: { httpGet: { path: "/ready", port: 8080 }, periodSeconds: 1 } }],
  },
});

const policy = (namespace: string, name: string, spec: object) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec,
});

/** Two pods, "caller" and "called", in a namespace that is gone after the test. */
async function twoPods(): Promise<{ namespace: string; called: string; status(): Promise<string> }> {
  const namespace = `policy-${randomUUID().slice(0, 8)}`;
  onTestFinished(async () => void (await kubectl(["delete", "namespace", namespace, "--wait=false"])));
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await apply(pod(namespace, "caller"), pod(namespace, "called"));
  await kubectl(["wait", "--namespace", namespace, "--for=condition=Ready", "pod", "--all", "--timeout=60s"]);
  const at = ["--namespace", namespace, "get", "pod", "called", "--output=jsonpath={.status.podIP}"];
  const called = await kubectl(at);
  const ask = `fetch("http://${called}:8080/",{signal:AbortSignal.timeout(2000)}).then(r=>console.log(r.status),()=>console.log("refused"))`;
  const status = async () =>
    (await kubectl(["--namespace", namespace, "exec", "caller", "--", "node", "-e", ask])).trim();
  return { namespace, called, status };
}

const soon = { timeout: 20_000, interval: 200 };

it("a connection is open until a policy denies it and again when one allows it", async () => {
  const { namespace, status } = await twoPods();
  expect(await status()).toBe("200");
  await apply(policy(namespace, "deny", { podSelector: {}, policyTypes: ["Ingress"] }));
  await expect.poll(status, soon).toBe("refused");
  const from = [{ podSelector: { matchLabels: { app: "caller" } } }];
  await apply(policy(namespace, "allow", { podSelector: {}, ingress: [{ from, ports: [{ port: 8080 }] }] }));
  await expect.poll(status, soon).toBe("200");
});

it("egress is held to blocks and their exceptions", async () => {
  const { namespace, called, status } = await twoPods();
  const egress = (except: string[]) => [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except } }] }];
  const spec = { podSelector: { matchLabels: { app: "caller" } }, policyTypes: ["Egress"] };
  await apply(policy(namespace, "out", { ...spec, egress: egress([`${called}/32`]) }));
  await expect.poll(status, soon).toBe("refused");
  await apply(policy(namespace, "out", { ...spec, egress: egress(["10.244.255.0/24"]) }));
  await expect.poll(status, soon).toBe("200");
});
