import type { Session } from "../../api/session.ts";

const key = "skypanel.organisation";

/** The organisation last looked at on this device if it is still one of the person's, else their first. */
export function lastOrganisation({ organisations }: Session): string | undefined {
  const last = localStorage.getItem(key);
  return (organisations.find(({ slug }) => slug === last) ?? organisations[0])?.slug;
}

/** Remembers the organisation being looked at. */
export function rememberOrganisation(slug: string): void {
  localStorage.setItem(key, slug);
}
