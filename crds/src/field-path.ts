/** `["spec", "processes", 0, "port"]` → `spec.processes[0].port`, as the API server names fields. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (whole, part) =>
      typeof part === "number" ? `${whole}[${part}]` : whole ? `${whole}.${String(part)}` : String(part),
    "",
  );
}
