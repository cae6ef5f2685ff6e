/** The parts of Kubernetes objects that decide who may talk to whom. */
export type Labels = Readonly<Record<string, string>>;

export type Selector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
};

type Metadata = { readonly name: string; readonly namespace?: string; readonly uid?: string; readonly labels?: Labels };

export type Namespace = { readonly metadata: Metadata };

type Container = {
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
};

export type Pod = {
  readonly metadata: Metadata;
  readonly spec: { readonly hostNetwork?: boolean; readonly containers: readonly Container[] };
  readonly status?: { readonly phase?: string; readonly podIP?: string };
};

export type Peer = {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
};

export type Port = { readonly protocol?: string; readonly port?: number | string; readonly endPort?: number };

type Rule = { readonly ports?: readonly Port[] };

export type Policy = {
  readonly metadata: Metadata;
  readonly spec: {
    readonly podSelector?: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly (Rule & { readonly from?: readonly Peer[] })[];
    readonly egress?: readonly (Rule & { readonly to?: readonly Peer[] })[];
  };
};

/** Everything a decision is made from. */
export type World = {
  readonly pods: readonly Pod[];
  readonly namespaces: readonly Namespace[];
  readonly policies: readonly Policy[];
};
