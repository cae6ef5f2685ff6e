import { classNames } from "./class-names.ts";

/** The outline of lists and texts that are still on their way, at the size they will have. */
export function Skeleton({ rows = 5, className }: { rows?: number; className?: string }) {
  return (
    <div aria-hidden className={classNames("grid gap-3 p-4", className)}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={row} className="flex h-6 items-center gap-4">
          <div className="h-3 w-2/5 animate-pulse rounded-sm bg-hover" />
          <div className="h-3 w-1/5 animate-pulse rounded-sm bg-hover" />
          <div className="ml-auto h-3 w-16 animate-pulse rounded-sm bg-hover" />
        </div>
      ))}
    </div>
  );
}
