import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { readPages } from "../../api/query.ts";
import { may, sessionQuery } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Region } from "../../ui/region.tsx";
import { ClustersTable } from "./clusters-table.tsx";

/** All clusters of the platform. */
export function ClustersPage() {
  const { data: session } = useQuery(sessionQuery);
  const pages = useInfiniteQuery(readPages("GET /admin/clusters", { query: { limit: 50 } }));
  const register = may(session, "clusters.write") && (
    <Button look="primary" asChild>
      <Link to="/admin/register-cluster">
        <Plus aria-hidden />
        Register cluster
      </Link>
    </Button>
  );
  return (
    <>
      <PageHead title="Clusters" actions={register} />
      <Region
        of="clusters"
        reading={pages}
        isEmpty={({ pages: [first] }) => first?.items.length === 0}
        empty={<Empty action={register}>No cluster yet. One Helm command on a Kubernetes makes it a worker.</Empty>}
      >
        {(data) => (
          <div className="grid gap-3">
            <div className="card overflow-x-auto shadow-raised">
              <ClustersTable items={data.pages.flatMap((page) => page.items)} readAt={pages.dataUpdatedAt} />
            </div>
            {pages.hasNextPage && (
              <Button
                onClick={() => void pages.fetchNextPage()}
                disabled={pages.isFetchingNextPage}
                className="justify-self-center"
              >
                Show more
              </Button>
            )}
          </div>
        )}
      </Region>
    </>
  );
}
