/** Milliseconds of each of `n` runs of `work`, one after the other. */
export async function times(n: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < n; index += 1) {
    const from = performance.now();
    await work(index);
    taken.push(performance.now() - from);
  }
  return taken;
}

/** The value below which the share `q` (0 to 1) of the samples lies, by nearest rank; in the samples' unit, one decimal. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.max(0, Math.ceil(q * sorted.length) - 1);
  return Math.round((sorted[rank] ?? Number.NaN) * 10) / 10;
}

/** p50 and p99 of the samples. */
export const spread = (samples: readonly number[]): { p50: number; p99: number } => ({
  p50: quantile(samples, 0.5),
  p99: quantile(samples, 0.99),
});
