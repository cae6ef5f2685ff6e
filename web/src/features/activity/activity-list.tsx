import type { Reply } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Region } from "../../ui/region.tsx";
import type { Reading } from "../../ui/region-state.ts";
import { ActivityEntry } from "./activity-entry.tsx";

type Page = Reply<"GET /orgs/{org}/activity">;

interface Props {
  reading: Reading<{ pages: Page[] }> & {
    refetch: () => unknown;
    fetchNextPage: () => unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
  };
  empty: string;
}

/** Entries of a trail, and the way to older ones. */
export function ActivityList({ reading, empty }: Props) {
  return (
    <Region
      of="activity"
      reading={reading}
      isEmpty={({ pages: [first] }) => first?.items.length === 0}
      empty={<Empty>{empty}</Empty>}
    >
      {({ pages }) => (
        <div className="grid gap-3">
          <ol className="card divide-y divide-line shadow-raised">
            {pages
              .flatMap((page) => page.items)
              .map((entry) => (
                <ActivityEntry key={entry.id} entry={entry} />
              ))}
          </ol>
          {reading.hasNextPage && (
            <Button
              onClick={() => void reading.fetchNextPage()}
              disabled={reading.isFetchingNextPage}
              className="justify-self-center"
            >
              {reading.isFetchingNextPage ? "Loading" : "Show more"}
            </Button>
          )}
        </div>
      )}
    </Region>
  );
}
