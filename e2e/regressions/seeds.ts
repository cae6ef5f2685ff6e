/** Seeds that once failed, by the id of their test. They run in every gate, beside the usual ones. */
export const regressions: readonly { readonly id: string; readonly seed: number; readonly why: string }[] = [];
