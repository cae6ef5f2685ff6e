import { withoutBlocks } from "./address-block.ts";
import type { Peer, Pod, Policy, Port, World } from "./objects.ts";
import { fits } from "./selector.ts";

/** One kind of connection that is allowed: with whom (undefined: anyone) and to which port (undefined: any). */
export type Allowance = { readonly block?: string; readonly protocol?: string; readonly ports?: string };

/** What policies say about one pod; a direction that is undefined is not restricted. */
export type Verdict = {
  readonly address: string;
  readonly ingress: readonly Allowance[] | undefined;
  readonly egress: readonly Allowance[] | undefined;
};

type Direction = "ingress" | "egress";

/** Returns a verdict for each pod that some policy selects, in the order of their addresses. */
export function verdicts(world: World): readonly Verdict[] {
  const pods = world.pods.filter((pod) => address(pod) !== undefined);
  const connected = { ...world, pods };
  return pods
    .flatMap((pod) => {
      const ingress = allowances(connected, pod, "ingress");
      const egress = allowances(connected, pod, "egress");
      return ingress === undefined && egress === undefined ? [] : [{ address: address(pod) ?? "", ingress, egress }];
    })
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** A pod has an address of its own while it runs, unless it shares the node's. */
function address({ spec, status }: Pod): string | undefined {
  const over = status?.phase === "Succeeded" || status?.phase === "Failed";
  return over || spec.hostNetwork === true ? undefined : status?.podIP;
}

function allowances(world: World, pod: Pod, direction: Direction): readonly Allowance[] | undefined {
  const selecting = world.policies.filter((policy) => restricts(policy, direction) && selects(policy, pod));
  if (selecting.length === 0) return undefined;
  return selecting.flatMap((policy) =>
    rules(policy, direction).flatMap((rule) => allowed(world, policy, pod, direction, rule)),
  );
}

function restricts({ spec }: Policy, direction: Direction): boolean {
  // Without policyTypes a policy is about ingress, and about egress too when it has rules for it.
  const types = spec.policyTypes ?? ["Ingress", ...(spec.egress === undefined ? [] : ["Egress"])];
  return types.some((type) => type.toLowerCase() === direction);
}

function selects({ metadata, spec }: Policy, pod: Pod): boolean {
  return metadata.namespace === pod.metadata.namespace && fits(spec.podSelector ?? {}, pod.metadata.labels);
}

type Rule = { readonly peers: readonly Peer[]; readonly ports: readonly Port[] };

function rules({ spec }: Policy, direction: Direction): readonly Rule[] {
  if (direction === "ingress") return (spec.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }));
  return (spec.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }));
}

function allowed(world: World, policy: Policy, pod: Pod, direction: Direction, rule: Rule): readonly Allowance[] {
  return partners(world, policy, rule.peers).flatMap((partner) => {
    const block = partner.block === undefined ? {} : { block: partner.block };
    if (rule.ports.length === 0) return [block];
    // A port may be named; the name is one of the pod that is connected to.
    const target = direction === "ingress" ? pod : partner.pod;
    return rule.ports.flatMap((port) => resolved(port, target).map((numbers) => ({ ...block, ...numbers })));
  });
}

type Partner = { readonly block?: string; readonly pod?: Pod };

function partners(world: World, policy: Policy, peers: readonly Peer[]): readonly Partner[] {
  if (peers.length === 0) return [{}];
  return peers.flatMap((peer): readonly Partner[] => {
    if (peer.ipBlock !== undefined) {
      return withoutBlocks(peer.ipBlock.cidr, peer.ipBlock.except).map((block) => ({ block }));
    }
    const pods = world.pods.filter((pod) => isPeer(world, policy, peer, pod));
    return pods.map((pod) => ({ block: `${address(pod)}/32`, pod }));
  });
}

function isPeer(world: World, policy: Policy, peer: Peer, pod: Pod): boolean {
  const { namespace, labels } = pod.metadata;
  if (peer.podSelector !== undefined && !fits(peer.podSelector, labels)) return false;
  if (peer.namespaceSelector === undefined) return namespace === policy.metadata.namespace;
  const home = world.namespaces.find(({ metadata }) => metadata.name === namespace);
  return home !== undefined && fits(peer.namespaceSelector, home.metadata.labels);
}

function resolved(port: Port, target: Pod | undefined): readonly Allowance[] {
  const protocol = (port.protocol ?? "TCP").toLowerCase();
  if (port.port === undefined) return [{ protocol }];
  if (typeof port.port === "number") {
    return [{ protocol, ports: port.endPort === undefined ? `${port.port}` : `${port.port}:${port.endPort}` }];
  }
  const named = (target?.spec.containers ?? []).flatMap(({ ports = [] }) => ports);
  return named
    .filter((candidate) => candidate.name === port.port && (candidate.protocol ?? "TCP").toLowerCase() === protocol)
    .map(({ containerPort }) => ({ protocol, ports: `${containerPort}` }));
}
