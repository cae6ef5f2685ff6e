import { beforeAll, describe, expect, inject, it } from "vitest";
import { type Kubectl, kubectl } from "../harness/kubectl.ts";
import { ownPodBreaches } from "./checklist.ts";
import { type Chart, chartFolder, type Helm, helm, manifestsOf, type PodSpec } from "./helm.ts";

let h: Helm;
let k: Kubectl;

const fullest: Record<Chart, readonly string[]> = {
  skypanel: [
    "ingress.enabled=true",
    "ingress.tlsSecret=certificate",
    "administrator.email=root@panel.example",
    "administrator.existingSecret=administrator",
    "metrics.allowedNamespaces.name=monitoring",
  ],
  "skypanel-operator": [
    "controlPlane.url=https://panel.example",
    "controlPlane.caBundle.configMap=authority",
    "clusterName=w1",
    "registration.existingSecret=registration",
    "settings.baseDomain=apps.example",
    "stateSource.intervalSeconds=60",
    "metrics.allowedNamespaces.name=monitoring",
  ],
};
const charts = Object.keys(fullest) as Chart[]; // the keys of the literal above
const values = (settings: readonly string[]) => settings.flatMap((setting) => ["--set", setting]);

const render = (chart: Chart, settings: readonly string[]) =>
  // Helm takes an old Kubernetes for granted where it is not told which.
  h([
    "template",
    "charts-test",
    chartFolder(chart),
    "--namespace=default",
    "--kube-version=1.35.0",
    ...values(settings),
  ]);

/** Has the API server judge every manifest of a chart, as if it were to be stored. */
const judge = async (chart: Chart, settings: readonly string[]) =>
  k(["apply", "--server-side", "--force-conflicts", "--dry-run=server", "--filename=-"], await render(chart, settings));

async function pods(chart: Chart): Promise<PodSpec[]> {
  const manifests = manifestsOf(await render(chart, fullest[chart]));
  return manifests.flatMap(({ spec }) => (spec?.template ? [spec.template.spec] : []));
}

beforeAll(async () => {
  h = helm(inject("helm"), inject("kubeconfig"));
  k = kubectl(inject("kubectl"), inject("kubeconfig"));
  await k(["apply", "--server-side", "--force-conflicts", "--filename", `${chartFolder("skypanel-operator")}/crds`]);
});

describe.each(charts)("chart %s", (chart) => {
  it("passes lint", async () => {
    expect(await h(["lint", chartFolder(chart)])).toContain("0 chart(s) failed");
  });

  it("is taken by the API server, with its defaults and with everything on", async () => {
    await expect(judge(chart, [])).resolves.toContain(`deployment.apps/${chart} serverside-applied`);
    await expect(judge(chart, fullest[chart])).resolves.toContain(`deployment.apps/${chart} serverside-applied`);
  });

  it("renders the same bytes each time", async () => {
    const [one, two] = [await render(chart, fullest[chart]), await render(chart, fullest[chart])];
    expect(two).toBe(one);
  });

  it("refuses a value it does not know", async () => {
    await expect(render(chart, ["replica=3"])).rejects.toThrow("replica");
  });

  it("T-A14 runs its pods by the checklist, each as itself", async () => {
    const specs = await pods(chart);
    expect(specs).toHaveLength(1);
    for (const spec of specs) {
      expect(ownPodBreaches(spec)).toEqual([]);
      const hasToken = chart === "skypanel-operator";
      expect(spec).toMatchObject({ serviceAccountName: chart, automountServiceAccountToken: hasToken });
    }
  });

  it("T-A14 survives a machine, is shielded from the network, and stands in nobody's way", async () => {
    const manifests = manifestsOf(await render(chart, fullest[chart]));
    const kinds = manifests.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["PodDisruptionBudget", "NetworkPolicy"]));
    expect(kinds.filter((kind) => kind.endsWith("WebhookConfiguration"))).toEqual([]);
    const [deployment] = manifests.filter(({ kind }) => kind === "Deployment");
    expect(deployment?.spec).toMatchObject({ replicas: 2 });
    expect(JSON.stringify(deployment)).toContain('"topologyKey":"kubernetes.io/hostname"');
  });

  it("hands over secrets as files or references, never as values", async () => {
    const env = (await pods(chart)).flatMap((spec) =>
      [...spec.containers, ...(spec.initContainers ?? [])].flatMap((each) => each.env),
    );
    const literal = env.filter(
      ({ name, value }) => /DATABASE|TOKEN|KEY|PASSWORD/.test(name) && value !== undefined && !value.startsWith("/"),
    );
    expect(literal).toEqual([]);
  });
});

describe("the operator's roles", () => {
  const rules = async () => {
    const manifests = manifestsOf(await render("skypanel-operator", []));
    return manifests.filter(({ kind }) => kind.endsWith("Role")).flatMap((role) => role.rules ?? []);
  };

  it("T-A14 grant nothing by a wildcard, and nothing that grants more", async () => {
    const words = (await rules()).flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(words).toContain("apps/status");
    expect(
      words.filter((word) => /\*|^(escalate|impersonate|nodes\/proxy|serviceaccounts\/token)$/.test(word)),
    ).toEqual([]);
  });

  it("T-A14 bind one role by its name", async () => {
    expect((await rules()).filter(({ verbs }) => verbs.includes("bind"))).toEqual([
      {
        apiGroups: ["rbac.authorization.k8s.io"],
        resources: ["clusterroles"],
        resourceNames: ["skypanel-tenant"],
        verbs: ["bind"],
      },
    ]);
  });

  it("T-A14 never list or watch Secrets", async () => {
    const verbs = (await rules())
      .filter(({ resources }) => resources.includes("secrets"))
      .flatMap((rule) => rule.verbs);
    expect(verbs).toContain("get");
    expect(verbs.filter((verb) => verb === "list" || verb === "watch")).toEqual([]);
  });
});

describe("the operator's calls", () => {
  it("have a level of their own in the API server's queues", async () => {
    const judged = await judge("skypanel-operator", []);
    expect(judged).toContain("flowschema.flowcontrol.apiserver.k8s.io/skypanel-operator serverside-applied");
  });
});

describe("wrong values", () => {
  it.each<[Chart, string, string]>([
    ["skypanel", "replicas=0", "/replicas"],
    ["skypanel", "publicUrl=http://panel.example", "/publicUrl"],
    ["skypanel", "publicUrl=https://panel.example/path", "/publicUrl"],
    ["skypanel", "administrator.email=root@panel.example", "/administrator"],
    ["skypanel", "trustedProxies=-1", "/trustedProxies"],
    ["skypanel-operator", "image.reference=", "/image/reference"],
    ["skypanel-operator", "controlPlane.url=http://panel.example", "/controlPlane"],
    ["skypanel-operator", "controlPlane.url=https://me:secret@panel.example", "/controlPlane/url"],
    ["skypanel-operator", "registration.token=sp_reg_x", "registration"],
    ["skypanel-operator", "log.level=loud", "/log/level"],
    ["skypanel-operator", "resources.limits.cpu=null", "/resources/limits"],
  ])("%s refuses %s", async (chart, setting, field) => {
    await expect(render(chart, [setting])).rejects.toThrow(field);
  });

  it("reach no kind: settings that are none are refused by the API server", async () => {
    await expect(judge("skypanel-operator", ["settings.ingress.port=70000"])).rejects.toThrow("spec.ingress.port");
  });
});
