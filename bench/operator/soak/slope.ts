/** What a quantity was, `atMs` after the beginning. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

const hourMs = 3_600_000;

/** By how much the quantity rises in an hour: the slope of the line with the least squares. NaN with fewer than two instants. Pure. */
export function slopePerHour(points: readonly Point[]): number {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanAt, meanValue] = [mean(({ atMs }) => atMs), mean(({ value }) => value)];
  const together = mean(({ atMs, value }) => (atMs - meanAt) * (value - meanValue));
  const spread = mean(({ atMs }) => (atMs - meanAt) ** 2);
  return spread === 0 ? Number.NaN : (together / spread) * hourMs;
}
