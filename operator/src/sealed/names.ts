const hashDigits = 16;

/** The name of the Secret that `sealed` opens to: other values, another name, so pods that read it start again. */
export function secretName(sealed: string, hash: string): string {
  return `${sealed}-${hash.slice(0, hashDigits)}`;
}

/** The Sealed a Secret of ours was opened from, by its name; undefined for any other name. */
export function sealedOf(secret: string): string | undefined {
  return /^(.+)-[0-9a-f]{16}$/.exec(secret)?.[1];
}
