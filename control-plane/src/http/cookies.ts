import { limits } from "@skypanel/crds/limits.ts";

export const accessCookie = "skypanel_access";
export const refreshCookie = "skypanel_refresh";

/** The one cookie of this name, or undefined: two of one name are a trick, and neither is believed. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
  return values.length === 1 ? values[0] || undefined : undefined;
}

interface Tokens {
  access: string;
  refresh: string;
}

// The refresh token travels to the two paths that need it and to no other.
const paths = { [accessCookie]: "/api/v1", [refreshCookie]: "/api/v1/auth" };

function cookie(name: keyof typeof paths, value: string, maxAgeSeconds: number, secure: boolean): string {
  const attributes = `Path=${paths[name]}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`;
  return `${name}=${value}; ${attributes}${secure ? "; Secure" : ""}`;
}

/** The two cookies of a session. `secure` is false only on a loopback address without TLS. */
export function sessionCookies({ access, refresh }: Tokens, secure: boolean): string[] {
  return [
    cookie(accessCookie, access, limits.session.accessMillis / 1000, secure),
    cookie(refreshCookie, refresh, limits.session.refreshMillis / 1000, secure),
  ];
}

/** The same two cookies, taken back. */
export function endedCookies(secure: boolean): string[] {
  return [cookie(accessCookie, "", 0, secure), cookie(refreshCookie, "", 0, secure)];
}
