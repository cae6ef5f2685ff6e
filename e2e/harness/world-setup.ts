import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditFolder } from "@skypanel/local-cluster/components/api-server.ts";
import { startProduct } from "@skypanel/local-cluster/product/product.ts";
import type { TestProject } from "vitest/node";
import { serveFaults } from "./faults.ts";
import { clusterLink } from "./link.ts";
import { nothingRefused } from "./rights.ts";
import "./world.ts";

// A person signs in ten times in a quarter of an hour; a run of tests does so more often, from one address.
const many = "1000000";
const rates = {
  SKYPANEL_RATE_ANONYMOUS: many,
  SKYPANEL_RATE_SIGN_IN: many,
  SKYPANEL_RATE_PLATFORM: many,
  SKYPANEL_RATE_USER: many,
};

/** Starts the whole product once for all flows of a run, as `npm start` does, and ends it after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "skypanel-e2e-"));
  const write = (line: string) => void process.stderr.write(line);
  const product = await startProduct({ folder, cluster: "e2e", durable: false, env: rates, write });
  const link = clusterLink(product.plan.network.hostInterface, product.panelPort);
  const faults = await serveFaults({
    "control-plane/stop": () => product.controlPlane.stop(),
    "control-plane/start": () => product.controlPlane.start(),
    "link/cut": link.cut,
    "link/heal": link.heal,
  });
  const stop = async () => {
    faults.close();
    await link.heal();
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { kubeconfig, kubectl } = await product.worker;
    const { email, password, organisation } = product.account;
    const { url } = product;
    project.provide("world", {
      url,
      email,
      password,
      organisation,
      cluster: "local",
      kubeconfig,
      kubectl,
      control: faults.url,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return () => nothingRefused(auditFolder(product.plan)).finally(stop);
}
