import { clusterSettingsSpec } from "@skypanel/crds/kinds/cluster-settings.ts";
import { API_VERSION } from "@skypanel/crds/meta.ts";
import { describe, expect, it } from "vitest";
import { settingsOf, urlOf } from "./settings.ts";

const object = (spec: object) => ({
  apiVersion: API_VERSION,
  kind: "ClusterSettings",
  metadata: { name: "default" },
  spec: clusterSettingsSpec.parse(spec),
});

describe("a cluster's settings", () => {
  it("serve no host when there are none", () => {
    expect(settingsOf(undefined)).toEqual({
      ingress: { namespace: "traefik", scheme: "https" },
      privateRanges: [],
    });
  });

  it("are what the object says", () => {
    const spec = {
      baseDomain: "apps.example",
      ingress: { className: "traefik", namespace: "edge", scheme: "http", port: 8080 },
      privateRanges: ["198.51.100.0/24"],
    };
    expect(settingsOf(object(spec))).toEqual(spec);
  });
});

describe("the address of a host", () => {
  it.each([
    ["https", undefined, "https://a.example"],
    ["https", 443, "https://a.example"],
    ["http", 80, "http://a.example"],
    ["http", 8080, "http://a.example:8080"],
    ["https", 80, "https://a.example:80"],
  ] as const)("over %s on port %s is %s", (scheme, port, url) => {
    const ingress = { namespace: "edge", scheme, ...(port === undefined ? {} : { port }) };
    expect(urlOf("a.example", ingress)).toBe(url);
  });
});
