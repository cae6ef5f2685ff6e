/** The form field an RFC 6901 pointer into a body names: `/processes/0/port` → `processes.0.port`. */
export function fieldOf(pointer: string): string | undefined {
  if (!pointer.startsWith("/")) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}
