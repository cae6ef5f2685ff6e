import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { isSafeAddress } from "./safe-address.ts";

/** A link to another site in a new tab; an address of another scheme stays text. */
export function SafeLink({ to, children }: { to: string; children?: ReactNode }) {
  const text = children ?? to.replace(/^https?:\/\//, "");
  if (!isSafeAddress(to)) return <span>{text}</span>;
  return (
    <a
      href={to}
      target="_blank"
      rel="noopener noreferrer"
      className="inline-flex min-h-6 items-center gap-1 text-accent underline-offset-2 [overflow-wrap:anywhere] hover:underline"
    >
      {text}
      <ExternalLink aria-hidden className="size-3.5 shrink-0" />
      <span className="sr-only">(opens a new tab)</span>
    </a>
  );
}
