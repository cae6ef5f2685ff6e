/**
 * Returns a function that has `work` done soon after each call, one at a time: what is asked for while it is being done is
 * done once more afterwards, however often it was asked. A failure goes to `failed`.
 */
export function coalesce(work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let asked = false;
  let busy = false;
  const loop = async () => {
    while (asked) {
      asked = false;
      await work();
    }
  };
  return () => {
    asked = true;
    if (busy) return;
    busy = true;
    loop()
      .catch(failed)
      .finally(() => {
        busy = false;
      });
  };
}
