import { randomInt } from "node:crypto";
import { inject } from "vitest";
import { type ApiClient, signedIn } from "./api.ts";
import { type Kubectl, kubectl } from "./kubectl.ts";

/** What the setup of the run tells its tests: where everything is. Paths and addresses of this machine only. */
export interface WorldInfo {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  readonly organisation: string;
  readonly cluster: string;
  readonly kubeconfig: string;
  readonly kubectl: string;
  readonly control: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    world: WorldInfo;
  }
}

/** Faults a test may ask for; each is undone by its counterpart. */
export type Fault = "control-plane/stop" | "control-plane/start" | "link/cut" | "link/heal";

export interface World extends WorldInfo {
  readonly api: ApiClient;
  readonly cluster: string;
  readonly run: Kubectl;
  readonly namespace: string;
  fault(name: Fault): Promise<void>;
}

/** The running product, with a client signed in as the administrator. */
export async function theWorld(): Promise<World> {
  const info = inject("world");
  return {
    ...info,
    api: await signedIn(info.url, info.email, info.password),
    run: kubectl(info.kubectl, info.kubeconfig),
    namespace: `sp-${info.organisation}`,
    async fault(name) {
      const response = await fetch(`${info.control}/${name}`, { method: "POST" });
      if (!response.ok) throw new Error(`fault ${name}: ${await response.text()}`);
    },
  };
}

/** A name no other test of the run uses, so that tests share a world and nothing else. */
export const freshName = (prefix: string): string => `${prefix}-${randomInt(36 ** 5).toString(36)}`;
