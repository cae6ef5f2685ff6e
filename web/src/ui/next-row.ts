/** The row `step` away from row `at` of `count` (-1: none yet): stays at the ends, and begins at the nearer one. */
export function nextRow(at: number, count: number, step: 1 | -1): number {
  if (at === -1) return step === 1 ? 0 : count - 1;
  return Math.min(Math.max(at + step, 0), count - 1);
}
