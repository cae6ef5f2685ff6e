/** A Kubernetes quantity as it may stand in a manifest: `1`, `"250m"`, `"128Mi"`. */
export type Quantity = string | number;

const shape = /^(\d{1,18})(?:\.(\d{1,9}))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$/;
const nano = 1_000_000_000n;
const suffixes: Record<string, bigint> = {
  n: 1n,
  u: 1_000n,
  m: 1_000_000n,
  k: nano * 10n ** 3n,
  M: nano * 10n ** 6n,
  G: nano * 10n ** 9n,
  T: nano * 10n ** 12n,
  P: nano * 10n ** 15n,
  E: nano * 10n ** 18n,
  Ki: nano << 10n,
  Mi: nano << 20n,
  Gi: nano << 30n,
  Ti: nano << 40n,
  Pi: nano << 50n,
  Ei: nano << 60n,
};

/** The value of `quantity` in billionths, rounded up as Kubernetes does; undefined if it is not a quantity. */
function billionths(quantity: Quantity): bigint | undefined {
  const parts = shape.exec(String(quantity));
  if (!parts) return undefined;
  const [, whole = "0", fraction = "", suffix, exponent] = parts;
  const digits = BigInt(whole + fraction);
  const power = Number(exponent ?? 0) - fraction.length;
  const scaled = digits * (suffix === undefined ? nano : (suffixes[suffix] ?? nano));
  return power >= 0 ? scaled * 10n ** BigInt(power) : ceilDivide(scaled, 10n ** BigInt(-power));
}

function ceilDivide(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

/** Millicores of a CPU quantity, rounded up; undefined if it is not a quantity. */
export function parseCpu(quantity: Quantity): number | undefined {
  const value = billionths(quantity);
  return value === undefined ? undefined : Number(ceilDivide(value, 1_000_000n));
}

/** Bytes of a memory or storage quantity, rounded up; undefined if it is not a quantity. */
export function parseMemory(quantity: Quantity): number | undefined {
  const value = billionths(quantity);
  return value === undefined ? undefined : Number(ceilDivide(value, nano));
}

/** Below 0, 0 or above 0 as `a` is less than, equal to or more than `b` by value; undefined if one is no quantity. */
export function compareQuantity(a: Quantity, b: Quantity): number | undefined {
  const left = billionths(a);
  const right = billionths(b);
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : Number(left > right);
}

/** Millicores in Kubernetes' canonical form: `1500` → `1500m`, `2000` → `2`. */
export function printCpu(millicores: number): string {
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** Bytes with the largest binary suffix that divides them: `134217728` → `128Mi`. */
export function printMemory(bytes: number): string {
  const units = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
  let value = bytes;
  let unit = 0;
  while (value !== 0 && value % 1024 === 0 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value}${units[unit] ?? ""}`;
}
