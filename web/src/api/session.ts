import type { Action } from "@skypanel/control-plane/contract/actions.ts";
import { queryOptions } from "@tanstack/react-query";
import { call, type Reply } from "./client.ts";

export type Session = Reply<"GET /session">;

/** Who is signed in and what they may do. Kept until the session ends: roles changed meanwhile are refused by the API. */
export const sessionQuery = queryOptions({
  queryKey: ["GET /session"] as const,
  queryFn: ({ signal }) => call("GET /session", { signal, whenSignedOut: "fail" }),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** Whether the session grants `action` in organisation `org`, or on the platform when none is named. */
export function may(session: Session | undefined, action: Action, org?: string): boolean {
  if (!session) return false;
  if (session.actions.includes(action)) return true;
  return session.organisations.find(({ slug }) => slug === org)?.actions.includes(action) ?? false;
}
