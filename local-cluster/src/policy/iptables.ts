import type { Allowance, Verdict } from "./verdict.ts";

/** The chain all traffic of pods goes through. */
export const POLICY_CHAIN = "SKYPANEL-POLICY";

const PREFIX = "SKYPOD-";

/** Returns the names of the chains that verdicts are made of. */
export function chainNames(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap((verdict) => [
    ...(verdict.egress === undefined ? [] : [chainOf("out", verdict)]),
    ...(verdict.ingress === undefined ? [] : [chainOf("in", verdict)]),
  ]);
}

/** Finds the names of our chains for pods in what iptables-save printed. */
export function savedChains(saved: string): readonly string[] {
  return [...saved.matchAll(/^:(\S+)/gm)].flatMap(([, name]) => (name?.startsWith(PREFIX) ? [name] : []));
}

/**
 * Returns the input of "iptables-restore --noflush" that makes the kernel follow the verdicts and forgets the chains of
 * `earlier` that are no more. One restore is one transaction: there is no moment without the rules.
 */
export function restoreInput(verdicts: readonly Verdict[], earlier: readonly string[]): string {
  const current = chainNames(verdicts);
  const stale = earlier.filter((name) => !current.includes(name));
  return [
    "*filter",
    ...[POLICY_CHAIN, ...current, ...stale].map((name) => `:${name} - [0:0]`),
    `-A ${POLICY_CHAIN} -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN`,
    ...verdicts.flatMap((verdict) => direction("out", "-s", "-d", verdict, verdict.egress)),
    ...verdicts.flatMap((verdict) => direction("in", "-d", "-s", verdict, verdict.ingress)),
    ...stale.map((name) => `-X ${name}`),
    "COMMIT",
    "",
  ].join("\n");
}

function direction(
  way: "in" | "out",
  own: string,
  other: string,
  verdict: Verdict,
  allowances: readonly Allowance[] | undefined,
): readonly string[] {
  if (allowances === undefined) return [];
  const chain = chainOf(way, verdict);
  return [
    `-A ${POLICY_CHAIN} ${own} ${verdict.address}/32 -j ${chain}`,
    // What one end may send the other may still refuse: RETURN goes on with the verdict about that one.
    ...allowances.map((allowance) => `-A ${chain}${match(other, allowance)} -j RETURN`),
    // An error at once is kinder to a program than silence.
    `-A ${chain} -j REJECT --reject-with icmp-port-unreachable`,
  ];
}

function match(other: string, { block, protocol, ports }: Allowance): string {
  const parts = [
    ...(block === undefined ? [] : [other, block]),
    ...(protocol === undefined ? [] : ["-p", protocol]),
    ...(ports === undefined ? [] : ["--dport", ports]),
  ];
  return parts.map((part) => ` ${part}`).join("");
}

/** A chain's name holds 28 characters; the longest address of IPv4 fits. */
function chainOf(way: "in" | "out", { address }: Verdict): string {
  return `${PREFIX}${address.replaceAll(".", "-")}-${way}`;
}
