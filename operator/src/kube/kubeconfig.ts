import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** How to reach the API server now. PEM texts; a token and a client certificate may both be absent. */
export interface Access {
  readonly server: string;
  readonly ca?: string;
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecure: boolean;
}

/** Where access comes from; `read` is called again every minute and on 401, for tokens and CAs rotate. */
export interface AccessSource {
  readonly name: string;
  read(): Promise<Access>;
}

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The source to use: `KUBECONFIG` if set, else the pod's service account, which lies in `SKYPANEL_ACCOUNT_DIR` where a
 * process outside a pod stands in for one. Throws if there is neither.
 */
export function accessSource(env: Readonly<Record<string, string | undefined>>): AccessSource {
  const { KUBECONFIG: file, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const folder = env.SKYPANEL_ACCOUNT_DIR ?? accountFolder;
  if (file !== undefined && file !== "") return fromFile(file);
  if (host === undefined || port === undefined) throw new Error("no cluster: set KUBECONFIG, or run in a pod");
  return fromPod(host.includes(":") ? `https://[${host}]:${port}` : `https://${host}:${port}`, folder);
}

function fromPod(server: string, folder: string): AccessSource {
  return {
    name: "service account",
    read: async () => {
      const [token, ca] = await Promise.all(["token", "ca.crt"].map((file) => readFile(join(folder, file), "utf8")));
      return { server, token: (token ?? "").trim(), ca: ca ?? "", insecure: false };
    },
  };
}

/** A kubeconfig file, by the official client: it knows every way to log in, and costs 87 MB only here. */
function fromFile(file: string): AccessSource {
  return {
    name: file,
    read: async () => {
      const { KubeConfig } = await import("@kubernetes/client-node");
      const config = new KubeConfig(); // anew each time, so a rotated file is seen
      config.loadFromFile(file);
      const cluster = config.getCurrentCluster();
      if (cluster === null) throw new Error("the kubeconfig names no current cluster");
      const tls: TlsOptions = {};
      await config.applyToHTTPSOptions(tls);
      return access(cluster.server, tls);
    },
  };
}

/** What `applyToHTTPSOptions` fills in. */
interface TlsOptions {
  ca?: string | Buffer | (string | Buffer)[];
  cert?: string | Buffer | (string | Buffer)[];
  key?: string | Buffer | (string | Buffer)[];
  servername?: string;
  rejectUnauthorized?: boolean;
  headers?: Record<string, string>;
}

function access(server: string, tls: TlsOptions): Access {
  const authorization = tls.headers?.Authorization;
  const token = authorization?.startsWith("Bearer ") ? authorization.slice("Bearer ".length) : undefined;
  return {
    server,
    ...(tls.ca === undefined ? {} : { ca: String(tls.ca) }),
    ...(tls.cert === undefined ? {} : { certificate: String(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: String(tls.key) }),
    ...(tls.servername === undefined ? {} : { serverName: tls.servername }),
    ...(token === undefined ? {} : { token }),
    insecure: tls.rejectUnauthorized === false,
  };
}
