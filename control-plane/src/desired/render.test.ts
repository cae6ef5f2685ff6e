import { app } from "@skypanel/crds/kinds/app.ts";
import { clusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";
import { sealed } from "@skypanel/crds/kinds/sealed.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import { readManifest } from "@skypanel/crds/manifest.ts";
import type { Kind } from "@skypanel/crds/meta.ts";
import { readYaml } from "@skypanel/crds/yaml.ts";
import { expect, test } from "vitest";
import {
  type AppRows,
  contentOf,
  type DesiredFile,
  renderApp,
  renderCluster,
  renderTenant,
  renderVariables,
} from "./render.ts";
import { revisionOf } from "./revision.ts";

const ciphertext = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n";

const hello: AppRows = {
  tenant: "acme",
  name: "hello",
  title: "Hello: the first app",
  slug: "hello",
  image: "registry.example/hello:1",
  processes: [
    {
      name: "web",
      type: "Web",
      command: [],
      port: 3000,
      replicas: 2,
      cpuMillicores: 250,
      memoryMiB: 128,
      health: { path: "/healthz", periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 3, startSeconds: 60 },
    },
    { name: "mailer", type: "Worker", command: ["node", "mail.js"], replicas: 1, cpuMillicores: 1000, memoryMiB: 1024 },
  ],
  state: "Running",
  restartRequest: "k3v9",
  variables: "0123456789abcdef0123456789abcdef01234567",
};
const variables = {
  tenant: "acme",
  app: "hello",
  recipient: "age1recipient",
  values: [
    { key: "TOKEN", ciphertext },
    { key: "DATABASE_URL", ciphertext },
  ],
};

const cases: [string, DesiredFile, Kind][] = [
  [
    "cluster",
    renderCluster({
      baseDomain: "w1.localhost",
      ingress: { class: "traefik", namespace: "traefik", port: 8080, tls: false },
    }),
    clusterSettings,
  ],
  ["tenant", renderTenant("acme"), tenant],
  ["hello", renderApp(hello), app],
  ["hello-variables", renderVariables(variables), sealed],
];

test.each(cases)("renders %s as its golden file", async (name, file) => {
  await expect(contentOf(file)).toMatchFileSnapshot(`golden/${name}.yaml`);
});

test.each(cases)("renders %s so that its own reader takes it", (_, file, kind) => {
  const read = readYaml(contentOf(file));
  expect(readManifest(kind, read.ok ? read.value : read.problems)).toMatchObject({ ok: true });
});

test("leaves out what an app does not have", () => {
  const bare = { ...hello, restartRequest: undefined, variables: undefined };
  expect(contentOf(renderApp(bare))).not.toMatch(/restartRequest|variables/);
});

test("gives the same bytes whatever the order of variables", () => {
  const shuffled = { ...variables, values: variables.values.toReversed() };
  expect(contentOf(renderVariables(shuffled))).toBe(contentOf(renderVariables(variables)));
});

test("computes the revision git will give the file", () => {
  // git hash-object of "hello\n", as in the Pro Git book's chapter on objects.
  expect(revisionOf("hello\n")).toBe("ce013625030ba8dba906f756967f9e9ca394464a");
  expect(revisionOf("ü")).not.toBe(revisionOf("u"));
});
