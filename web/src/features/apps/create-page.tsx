import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { read } from "../../api/query.ts";
import { Empty } from "../../ui/empty.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Region } from "../../ui/region.tsx";
import { CreateForm } from "./create-form.tsx";

const route = getRouteApi("/shell/orgs/$org/new-app");

/** A new app from an image. */
export function CreatePage() {
  const { org } = route.useParams();
  const regions = useQuery(read("GET /regions", {}));
  return (
    <>
      <PageHead
        title="New app"
        below="From a container image, on a cluster of your choice. Everything can be changed later but the name."
      />
      <Region
        of="clusters"
        reading={regions}
        isEmpty={({ items }) => items.every(({ clusters }) => clusters.length === 0)}
        empty={<Empty>There is no cluster to run an app on yet. Your provider has to register one first.</Empty>}
      >
        {({ items }) => <CreateForm org={org} regions={items} />}
      </Region>
    </>
  );
}
