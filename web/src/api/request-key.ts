/** Keys for requests that make something: the same body is the same wish, a changed one is a new wish. */
export function createRequestKeys(newKey: () => string) {
  let last: { readonly body: string; readonly key: string } | undefined;
  return (body: unknown): string => {
    const text = JSON.stringify(body);
    if (last?.body !== text) last = { body: text, key: newKey() };
    return last.key;
  };
}
