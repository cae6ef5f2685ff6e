import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { readPages } from "../../api/query.ts";
import { PageHead } from "../../ui/page.tsx";
import { ActivityList } from "./activity-list.tsx";

const route = getRouteApi("/shell/orgs/$org/activity");

/** What was done in the organisation, newest first. */
export function ActivityPage() {
  const { org } = route.useParams();
  const pages = useInfiniteQuery(readPages("GET /orgs/{org}/activity", { params: { org }, query: { limit: 50 } }));
  return (
    <>
      <PageHead title="Activity" below="Who did what in this organisation, newest first." />
      <ActivityList reading={pages} empty="Nothing has been done yet. Every change shows up here with who made it." />
    </>
  );
}
