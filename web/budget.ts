import { overspent } from "./budget-rules.ts";
import { budgetSizes } from "./budget-sizes.ts";

const measured = await budgetSizes();
for (const { id, what, bytes, failKb } of measured) {
  console.log(`${id} ${what}: ${(bytes / 1_000).toFixed(1)} kB of ${failKb} kB gzip`);
}
const over = overspent(measured);
if (over.length > 0) {
  console.error(`over budget: ${over.join(", ")}`);
  process.exitCode = 1;
}
