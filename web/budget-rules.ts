/** What Vite's manifest says of one source file or shared chunk. */
interface ManifestChunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}

export type Manifest = Readonly<Record<string, ManifestChunk>>;

/** One line of web.md §8: the files these entries load at once, beyond what `besides` has loaded, in gzip kilobytes. */
export interface Budget {
  readonly id: string;
  readonly what: string;
  readonly entries: readonly string[];
  readonly besides: readonly string[];
  readonly kind: "js" | "css";
  readonly failKb: number;
}

const entry = "index.html";
const page = (path: string) => `src/features/${path}.tsx`;
const appTab = [entry, page("apps/app-page")];

/** The budgets that fail a build; targets stand in docs, these are their limits. */
export const budgets: readonly Budget[] = [
  { id: "P1", what: "entry JS", entries: [entry], besides: [], kind: "js", failKb: 190 },
  {
    id: "P2",
    what: "JS of the apps list",
    entries: [entry, page("apps/apps-page")],
    besides: [],
    kind: "js",
    failKb: 225,
  },
  { id: "P3", what: "CSS", entries: [entry], besides: [], kind: "css", failKb: 30 },
  { id: "P4", what: "logs", entries: [page("apps/logs-tab")], besides: appTab, kind: "js", failKb: 23 },
  { id: "P4", what: "new app", entries: [page("apps/create-page")], besides: [entry], kind: "js", failKb: 75 },
];

/** The files of a budget: its entries with all they import at once, without those loaded before. */
export function chunksOf(manifest: Manifest, { entries, besides, kind }: Budget): string[] {
  const before = new Set(reach(manifest, besides));
  const own = reach(manifest, entries).filter((name) => !before.has(name));
  const files = own.flatMap((name) =>
    kind === "js" ? [chunk(manifest, name).file] : (chunk(manifest, name).css ?? []),
  );
  return [...new Set(files)];
}

function reach(manifest: Manifest, names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of chunk(manifest, name).imports ?? []) visit(next);
  };
  for (const name of names) visit(name);
  return [...found];
}

function chunk(manifest: Manifest, name: string): ManifestChunk {
  const found = manifest[name];
  if (!found) throw new Error(`the manifest has no ${name}: rename it in budget-rules.ts too`);
  return found;
}

/** The budgets that were not kept, in words. */
export function overspent(measured: readonly (Budget & { bytes: number })[]): string[] {
  return measured.filter(({ bytes, failKb }) => bytes > failKb * 1_000).map(({ id, what }) => `${id} ${what}`);
}
