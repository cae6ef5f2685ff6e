const mebibyte = 1_024 ** 2;
const gibibyte = 1_024 ** 3;

/** Millicores as cores: `250` → `0.25`, at most two digits after the point. */
export function cores(millicores: number): string {
  return String(Math.round(millicores / 10) / 100);
}

/** Bytes as MiB below one GiB, else GiB with at most one digit after the point. */
export function memory(bytes: number): string {
  if (bytes < gibibyte) return `${Math.round(bytes / mebibyte)} MiB`;
  return `${Math.round((bytes / gibibyte) * 10) / 10} GiB`;
}
