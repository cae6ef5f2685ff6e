import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { readPages } from "../../api/query.ts";
import { may, sessionQuery } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Region } from "../../ui/region.tsx";
import { Strip } from "../../ui/strip.tsx";
import { AppsFilter } from "./apps-filter.tsx";
import { filterWords } from "./apps-search.ts";
import { AppsTable } from "./apps-table.tsx";
import type { AppSummary } from "./use-app.ts";

const route = getRouteApi("/shell/orgs/$org/apps");

/** All apps of the organisation, those managed with kubectl included. */
export function AppsPage() {
  const { org } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: session } = useQuery(sessionQuery);
  const pages = useInfiniteQuery(
    readPages("GET /orgs/{org}/apps", { params: { org }, query: { ...search, limit: 50 } }),
  );
  const canWrite = may(session, "apps.write", org);
  const newApp = canWrite && (
    <Button look="primary" asChild>
      <Link to="/orgs/$org/new-app" params={{ org }}>
        <Plus aria-hidden />
        New app
      </Link>
    </Button>
  );
  const clear = () => void navigate({ search: {}, replace: true });
  return (
    <>
      <PageHead title="Apps" actions={newApp} />
      <AppsFilter org={org} search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      <Region
        of="apps"
        reading={pages}
        isEmpty={({ pages: [first] }) => first?.items.length === 0}
        filter={{ active: Object.keys(search).length > 0, words: filterWords(search), onClear: clear }}
        empty={<Empty action={newApp}>No app yet. Give an image and a name, and it runs with a URL of its own.</Empty>}
      >
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          return (
            <div className="grid gap-3">
              <SilentStrip items={items} />
              <AppsTable org={org} items={items} readAt={pages.dataUpdatedAt} />
              {pages.hasNextPage && (
                <Button
                  onClick={() => void pages.fetchNextPage()}
                  disabled={pages.isFetchingNextPage}
                  className="justify-self-center"
                >
                  {pages.isFetchingNextPage ? "Loading" : "Show more"}
                </Button>
              )}
            </div>
          );
        }}
      </Region>
    </>
  );
}

/** Says which clusters are not heard of, and how many of the apps shown that concerns. */
function SilentStrip({ items }: { items: readonly AppSummary[] }) {
  const silent = items.filter(({ status }) => status.stale);
  if (silent.length === 0) return null;
  const clusters = [...new Set(silent.map(({ cluster }) => cluster.name))].join(", ");
  return (
    <Strip tone="warn">
      Not heard of {clusters} for a while; {silent.length === 1 ? "1 app" : `${silent.length} apps`} may be outdated.
      What runs there keeps running.
    </Strip>
  );
}
