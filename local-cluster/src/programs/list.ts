/** A program compiled from Go modules. */
export type Program = {
  readonly name: string;
  readonly version: string;
  /** The folder, below this part's, of the module that pins what it is made of. */
  readonly module: string;
  readonly package: string;
  /** Files besides go.mod and go.sum whose change makes it another program. */
  readonly sources: readonly string[];
  readonly linkerFlags: readonly string[];
};

const KUBERNETES = "1.35.4";
const stamp = (key: string, value: string) => `-X k8s.io/component-base/version.${key}=${value}`;

/** Every program of the local cluster in the order a run needs them, so that the first can boot while the last compiles. */
export const programs = {
  kubernetes: {
    name: "kubernetes",
    version: KUBERNETES,
    module: ".",
    package: ".",
    sources: ["main.go"],
    linkerFlags: [stamp("gitVersion", `v${KUBERNETES}`), stamp("gitMajor", "1"), stamp("gitMinor", "35")],
  },
  pause: { name: "pause", version: "1", module: ".", package: "./pause", sources: ["pause/main.go"], linkerFlags: [] },
  coredns: tool("coredns", "1.14.1", "github.com/coredns/coredns"),
  helm: tool("helm", "3.20.0", "helm.sh/helm/v3/cmd/helm"),
  crane: tool("crane", "0.22.1", "github.com/google/go-containerregistry/cmd/crane"),
  traefik: tool("traefik", "3.6.12", "github.com/traefik/traefik/v3/cmd/traefik"),
  registry: tool("registry", "3.1.0", "github.com/distribution/distribution/v3/cmd/registry", "registry"),
  "metrics-server": tool("metrics-server", "0.9.0", "sigs.k8s.io/metrics-server/cmd/metrics-server", "metrics-server"),
} as const satisfies Record<string, Program>;

/** The name of a program in the list. */
export type ProgramName = keyof typeof programs;

function tool(name: string, version: string, path: string, module = "."): Program {
  return { name, version, module, package: path, sources: [], linkerFlags: [] };
}
