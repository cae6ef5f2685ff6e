/** What package-lock.json says of one installed package: a folder, or a link to a workspace. */
type Locked = {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
};

/** The part of package-lock.json that tells which package lies where. */
export type Lock = { readonly packages: Readonly<Record<string, Locked>> };

/** Folders, relative to the root, that a workspace needs when it runs: workspaces, and packages below node_modules. */
export type Production = { readonly workspaces: readonly string[]; readonly packages: readonly string[] };

/** Returns all that `workspace` needs when it runs, found as Node finds it: in the nearest node_modules going up. */
export function productionPackages(lock: Lock, workspace: string): Production {
  const found = new Set<string>();
  const waiting = [workspace];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    for (const name of wants(lock.packages[folder])) {
      const place = locate(lock, folder, name);
      if (place !== undefined) waiting.push(place);
    }
  }
  const all = [...found].sort();
  const isPackage = (folder: string) => folder.includes("node_modules/");
  return { workspaces: all.filter((folder) => !isPackage(folder)), packages: all.filter(isPackage) };
}

function wants(locked: Locked | undefined): string[] {
  return Object.keys({ ...locked?.dependencies, ...locked?.optionalDependencies, ...locked?.peerDependencies });
}

/** Undefined for what is not installed: an optional package of another platform, a peer nobody wanted. */
function locate(lock: Lock, from: string, name: string): string | undefined {
  for (const folder of upwards(from)) {
    const place = `${folder}node_modules/${name}`;
    const locked = lock.packages[place];
    if (locked !== undefined) return locked.link === true ? locked.resolved : place;
  }
  return undefined;
}

/** The folders whose node_modules are searched for what `folder` imports, the nearest first, each with its slash. */
function upwards(folder: string): string[] {
  const parts = folder.split("/");
  return parts
    .map((_, taken) => parts.slice(0, parts.length - taken).join("/"))
    .map((path) => `${path}/`)
    .concat("");
}
