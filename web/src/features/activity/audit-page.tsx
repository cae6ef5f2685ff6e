import { useInfiniteQuery } from "@tanstack/react-query";
import { readPages } from "../../api/query.ts";
import { PageHead } from "../../ui/page.tsx";
import { ActivityList } from "./activity-list.tsx";

/** What was done on the platform, over all organisations. */
export function AuditPage() {
  const pages = useInfiniteQuery(readPages("GET /admin/audit", { query: { limit: 50 } }));
  return (
    <>
      <PageHead title="Audit" below="Who did what on the platform, over all organisations, newest first." />
      <ActivityList reading={pages} empty="Nothing has been done yet." />
    </>
  );
}
