import { budgetSizes } from "../web/budget-sizes.ts";

/** Gzip bytes of what the panel loads, by budget of web/budget-rules.ts; the panel must be built. */
export async function panel(): Promise<unknown> {
  const sizes = await budgetSizes();
  return sizes.map(({ id, what, bytes, failKb }) => ({ id, what, gzipBytes: bytes, failBytes: failKb * 1_000 }));
}
