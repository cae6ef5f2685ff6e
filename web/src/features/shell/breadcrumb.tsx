import { Link, useMatches, useParams } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";

/** Where this page is, from its routes' own words. */
export function Breadcrumb() {
  const matches = useMatches();
  const { org } = useParams({ strict: false });
  const own = matches.flatMap(({ staticData, params, pathname }) =>
    staticData.crumb ? [{ word: staticData.crumb(params), to: pathname }] : [],
  );
  const crumbs = [...parentOf(own[0]?.to, org), ...own];
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 max-md:hidden">
      <ol className="flex min-w-0 items-center gap-1 text-sm">
        {crumbs.map(({ word, to }, index) => (
          <li key={to} className="flex min-w-0 items-center gap-1">
            <ChevronRight aria-hidden className="size-3.5 shrink-0 text-muted" />
            {index === crumbs.length - 1 ? (
              <span aria-current="page" className="truncate">
                {word}
              </span>
            ) : (
              <Link to={to} className="truncate text-muted hover:text-ink">
                {word}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The list a page belongs to, when it is not that list itself. */
function parentOf(path: string | undefined, org: string | undefined): { word: string; to: string }[] {
  if (path?.startsWith("/admin/") && /\/admin\/(clusters\/.+|register-cluster)$/.test(path)) {
    return [{ word: "Clusters", to: "/admin/clusters" }];
  }
  if (org && path && /\/(new-app|apps\/.+)$/.test(path)) return [{ word: "Apps", to: `/orgs/${org}/apps` }];
  return [];
}
