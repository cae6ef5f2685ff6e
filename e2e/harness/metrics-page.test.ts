import { expect, test } from "vitest";
import { seriesIn } from "./metrics-page.ts";

const page = 'a_total{verb="get"} 2\na_total{verb="list"} 3.5\na_total_more 9\nb 4\n';

test("a metric is summed over its labels, and no other that begins alike is taken for it", () => {
  expect([seriesIn(page, "a_total"), seriesIn(page, "b"), seriesIn(page, "c")]).toEqual([5.5, 4, undefined]);
});
