import { ConfigInvalid } from "@skypanel/runtime/env.ts";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

describe("the operator's settings", () => {
  it("need nothing to run alone", () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      controlPlaneUrl: undefined,
      allowInsecure: false,
      namespace: "skypanel-system",
      secretName: "skypanel-operator-identity",
      scratchDir: "/scratch",
      logLevel: "info",
      metricsPort: 9090,
    });
  });

  it("take a control plane with a certificate", () => {
    const { controlPlaneUrl } = readConfig({ SKYPANEL_CONTROL_PLANE_URL: "https://panel.example" });
    expect(controlPlaneUrl?.href).toBe("https://panel.example/");
  });

  it("may name the cluster, for its log", () => {
    expect(readConfig({ SKYPANEL_CLUSTER_NAME: "w1" }).clusterName).toBe("w1");
  });

  it("T-B01 refuse plain http unless it was allowed", () => {
    const plain = { SKYPANEL_CONTROL_PLANE_URL: "http://panel.example" };
    expect(() => readConfig(plain)).toThrow(ConfigInvalid);
    expect(() => readConfig(plain)).toThrow("SKYPANEL_CONTROL_PLANE_URL: must be https");
    const allowed = readConfig({ ...plain, SKYPANEL_ALLOW_INSECURE_CONTROL_PLANE: "true" });
    expect(allowed.controlPlaneUrl?.protocol).toBe("http:");
  });

  it.each([
    ["SKYPANEL_CONTROL_PLANE_URL", "panel.example"],
    ["SKYPANEL_CONTROL_PLANE_URL", "ftp://panel.example"],
    ["SKYPANEL_CONTROL_PLANE_URL", "https://user:secret@panel.example"],
    ["SKYPANEL_NAMESPACE", "Not A Name"],
    ["SKYPANEL_CLUSTER_NAME", "Not A Name"],
    ["SKYPANEL_LOG_LEVEL", "loud"],
    ["SKYPANEL_METRICS_PORT", "65536"],
    ["SKYPANEL_METRICS_PORT", "http"],
    ["SKYPANEL_ALLOW_INSECURE_CONTROL_PLANE", "yes"],
  ])("T-B01 name %s when it is %s, and no value", (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(new RegExp(`^configuration is invalid: ${name}: `));
    expect(read).not.toThrow("secret");
  });
});
