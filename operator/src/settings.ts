import type { ClusterSettings } from "@skypanel/crds/kinds/cluster-settings.ts";

/** What of the cluster's settings the kinds render from. */
export interface Settings {
  /** Absent: apps get no host. */
  readonly baseDomain?: string;
  readonly ingress: {
    /** Absent: the cluster's default class. */
    readonly className?: string;
    readonly namespace: string;
    readonly scheme: "http" | "https";
    /** Absent: the scheme's own. */
    readonly port?: number;
  };
  /** IPv4 ranges no app may reach, besides the private ones. */
  readonly privateRanges: readonly string[];
}

/** The one object the settings are read from. */
export const settingsName = "default";

/** The settings of a cluster; those of one without a `ClusterSettings` serve no hosts. */
export function settingsOf(object: ClusterSettings | undefined): Settings {
  const spec = object?.spec;
  // Absent blocks too: an object stored before a field was defaulted is read without its default.
  const { className, namespace = "traefik", scheme = "https", port } = spec?.ingress ?? {};
  return {
    ...(spec?.baseDomain === undefined ? {} : { baseDomain: spec.baseDomain }),
    ingress: {
      ...(className === undefined ? {} : { className }),
      namespace,
      scheme,
      ...(port === undefined ? {} : { port }),
    },
    privateRanges: spec?.privateRanges ?? [],
  };
}

/** Where people reach `host`: with its port only if it is not the scheme's own. */
export function urlOf(host: string, { scheme, port }: Settings["ingress"]): string {
  const own = scheme === "https" ? 443 : 80;
  return port === undefined || port === own ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}
