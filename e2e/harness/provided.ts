/** What global set-up hands to the tests; read it with `inject` of Vitest. */
declare module "vitest" {
  export interface ProvidedContext {
    /** The path of an administrator's kubeconfig of the cluster under test. */
    kubeconfig: string;
    /** The path of kubectl. */
    kubectl: string;
    /** The path of Helm. */
    helm: string;
    /** The path of crane, which speaks to registries. */
    crane: string;
    /** The local port on which apps of the cluster answer under `<app>.localhost`. */
    ingressPort: number;
  }
}

export {};
