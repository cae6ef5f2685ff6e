/** Where desired state is fetched from. `token` is sent to that host alone, and never as an argument. */
export interface Remote {
  readonly url: string;
  readonly branch: string;
  readonly token?: string;
}

export interface GitOptions {
  /** A directory of our own: it is emptied at start, so no lock of a killed run is left. */
  readonly directory: string;
  /** Plain http is allowed: for an address on this machine or a private network only. */
  readonly allowInsecure: boolean;
  /** File with the certificate of a private authority. */
  readonly caFile?: string;
}

// No hook, prompt, redirect, submodule, clean-up or object we did not check; nobody's own configuration is read.
const fixed: readonly (readonly [string, string])[] = [
  ["core.hooksPath", "/dev/null"],
  ["credential.helper", ""],
  ["fetch.recurseSubmodules", "false"],
  ["gc.auto", "0"],
  ["http.followRedirects", "false"],
  // A silent server: the helper ends by itself, even if we are not there any more to end it.
  ["http.lowSpeedLimit", "1"],
  ["http.lowSpeedTime", "30"],
  ["maintenance.auto", "false"],
  ["protocol.version", "2"],
  ["transfer.fsckObjects", "true"],
];

/** Why git must not be asked for this remote; undefined if it may be. */
export function refusal({ url, branch }: Remote, { allowInsecure }: GitOptions): string | undefined {
  const address = URL.parse(url);
  if (address === null) return "the address is no URL";
  if (address.username !== "" || address.password !== "") return "the address must hold no credentials";
  const isAllowed = address.protocol === "https:" || (allowInsecure && address.protocol === "http:");
  if (!isAllowed) return "only https is allowed";
  return /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch) && !branch.includes("..")
    ? undefined
    : "the branch has no such name";
}

/** Git's whole configuration and nothing else's: arguments could be read by every process of the machine. */
export function environment(
  { directory, allowInsecure, caFile }: GitOptions,
  remote: Remote | undefined,
): Record<string, string> {
  const settings = [...fixed, ...credential(remote)];
  const numbered = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    HOME: directory,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    GIT_ALLOW_PROTOCOL: allowInsecure ? "http:https" : "https",
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(numbered),
    ...(caFile === undefined ? {} : { GIT_SSL_CAINFO: caFile }),
  };
}

/** The credential, bound to the remote's scheme, host and port. */
function credential(remote: Remote | undefined): (readonly [string, string])[] {
  if (remote?.token === undefined) return [];
  return [[`http.${new URL(remote.url).origin}/.extraHeader`, `Authorization: Bearer ${remote.token}`]];
}
