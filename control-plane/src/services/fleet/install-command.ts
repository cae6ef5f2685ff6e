/** What the installation needs to know: where the panel is, which chart, and what the cluster is called. */
export interface Installation {
  publicUrl: string;
  chart: string;
  slug: string;
}

const namespace = "skypanel-system";
const secret = "skypanel-registration";

/**
 * The one command that makes a cluster a worker. It reads the token from standard input: an argument would stand in the
 * shell's history and in the list of processes.
 */
export function installCommand({ publicUrl, chart, slug }: Installation): string {
  const insecure = publicUrl.startsWith("http://") ? ["  --set controlPlane.allowInsecure=true"] : [];
  return [
    `kubectl create namespace ${namespace} --dry-run=client --output=yaml | kubectl apply --filename - &&`,
    `read -rsp 'Registration token: ' TOKEN && printf %s "$TOKEN" |`,
    `  kubectl --namespace ${namespace} create secret generic ${secret} --from-file=token=/dev/stdin &&`,
    [
      `helm upgrade --install skypanel-operator ${chart} --namespace ${namespace}`,
      `  --set controlPlane.url=${publicUrl}`,
      `  --set registration.existingSecret=${secret}`,
      `  --set clusterName=${slug}`,
      ...insecure,
    ].join(" \\\n"),
  ].join("\n");
}

/** The same token as a Secret, for those who apply manifests rather than type. */
export function tokenManifest(token: string): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secret, namespace },
    type: "Opaque",
    stringData: { token },
  };
}
