/** The sum of a metric over its labels on a page in Prometheus' format; undefined if the page has none of that name. */
export function seriesIn(page: string, name: string): number | undefined {
  const lines = page.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  if (lines.length === 0) return undefined;
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
