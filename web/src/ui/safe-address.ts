const schemes = new Set(["http:", "https:", "mailto:"]);

/** Whether `address` may become a link: http, https or mailto, nothing that runs script. */
export function isSafeAddress(address: string): boolean {
  return URL.canParse(address) && schemes.has(new URL(address).protocol);
}
