import { randomUUID } from "node:crypto";
import { type App, app } from "@skypanel/crds/kinds/app.ts";
import { tenant } from "@skypanel/crds/kinds/tenant.ts";
import type { Condition, KubeObject } from "@skypanel/crds/meta.ts";
import { type ReasonName, reasons } from "@skypanel/crds/reasons.ts";
import { expect, inject, vi } from "vitest";
import type { Live, Ref } from "../../operator/src/kube/kube.ts";
import { deployments, resourceName, resourceOf, serviceAccounts } from "../../operator/src/kube/resources.ts";
import { type OperatorAtWork, operatorAtWork, type Through } from "../../operator/src/operator-at-work.ts";
import type { ClusterKey } from "../../operator/src/sealed/unseal.ts";
import { type Kubectl, kubectl } from "../harness/kubectl.ts";

type LiveApp = Live & App;
type Status = NonNullable<App["status"]>;
interface Conditioned {
  readonly conditions?: readonly Condition[];
}
interface Deployment extends Live {
  readonly spec?: { readonly replicas?: number };
}

/** How long something on a real cluster may take, on a machine that does much else. */
export const within = { timeout: 150_000, interval: 250 };

/** The example app, and the least it needs. */
export const hello = { image: { reference: "localhost/skypanel/hello:1" } };
export const size = { cpu: "100m", memory: "64Mi", ephemeralStorage: "64Mi" };
export const web = {
  ...{ name: "web", type: "Web", port: 3000, resources: size },
  health: { http: { path: "/ready" }, periodSeconds: 5 },
};

/** A tenant on the real cluster with an operator of its own; what the tests of one file share. */
export interface TenantAtWork {
  readonly operator: OperatorAtWork;
  readonly kubectl: Kubectl;
  readonly name: string;
  readonly namespace: string;
  /** Applies an app of one process, or changes it. */
  deploy(app: string, spec?: object, process?: object): Promise<void>;
  ref(app: string): Ref;
  find(app: string): Promise<LiveApp | undefined>;
  deployment(app: string): Promise<Deployment | undefined>;
  /** Waits until the app's newest generation has that phase. */
  becomes(app: string, phase: Status["phase"]): Promise<Status>;
  /** Waits until a condition of an app, or of any object of ours, gives that reason; its sentences. */
  says(of: string | Ref, reason: ReasonName, type?: Condition["type"]): Promise<string>;
  /** Waits for the reason, and returns what `kubectl describe` shows of it: cause and remedy. */
  shows(of: string | Ref, reason: ReasonName, type?: Condition["type"]): Promise<string>;
  stop(): Promise<void>;
}

interface Options {
  readonly spec?: object;
  readonly key?: () => ClusterKey;
  readonly through?: Through;
}

/** Starts an operator and gives it a tenant; resolves once apps can be deployed. */
export async function tenantAtWork({ spec = {}, key = noKey, through }: Options = {}): Promise<TenantAtWork> {
  const operator = await operatorAtWork(inject("kubeconfig"), key, through);
  const name = `t${randomUUID().slice(0, 8)}`;
  const namespace = `sp-${name}`;
  await operator.apply(tenant, name, spec);
  await vi.waitFor(async () => {
    expect(await operator.find({ resource: serviceAccounts, namespace, name: "default" })).toBeDefined();
  }, within);
  const ref = (of: string): Ref => ({ resource: resourceOf(app), namespace, name: of });
  const shell = kubectl(inject("kubectl"), inject("kubeconfig"));
  const find = (of: string) => operator.find<LiveApp>(ref(of));
  const says: TenantAtWork["says"] = async (of, reason, type = "Ready") => {
    const place = typeof of === "string" ? ref(of) : of;
    const conditions = async () =>
      (await operator.find<Live & KubeObject<object, Conditioned>>(place))?.status?.conditions;
    const condition = async () => (await conditions())?.find((one) => one.type === type);
    await vi.waitFor(async () => expect(await condition()).toMatchObject({ reason }), within);
    return (await condition())?.message ?? "";
  };
  return {
    ...{ operator, kubectl: shell, name, namespace, ref, find, says },
    deploy: async (of, more = {}, process = {}) => {
      await operator.apply(app, of, { source: hello, processes: [{ ...web, ...process }], ...more }, namespace);
    },
    deployment: (of) => operator.find<Deployment>({ resource: deployments, namespace, name: `${of}-web` }),
    becomes: async (of, phase) => {
      await vi.waitFor(async () => {
        const { status, metadata } = (await find(of)) ?? {};
        expect([status?.phase, status?.observedGeneration]).toEqual([phase, metadata?.generation]);
      }, within);
      return (await find(of))?.status ?? {};
    },
    shows: async (of, reason, type) => {
      await says(of, reason, type);
      const { resource, name: named, namespace: there = "" } = typeof of === "string" ? ref(of) : of;
      const text = await shell(["describe", resourceName(resource), named, `--namespace=${there}`]);
      expect(text).toMatch(new RegExp(`Reason: +${reason}$`, "m"));
      expect(text).toContain(reasons[reason].remedy);
      return text;
    },
    stop: operator.stop,
  };
}

function noKey(): never {
  throw new Error("no value is opened here");
}
