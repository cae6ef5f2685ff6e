import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../api/query.ts";
import { Button } from "../../ui/button.tsx";
import { CopyField } from "../../ui/copy-field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Region } from "../../ui/region.tsx";
import type { AppParams } from "./use-app.ts";

/** The custom resource as committed, one click deeper: for who thinks in Kubernetes. */
export function ManifestPanel({ params, revision }: { params: AppParams; revision: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title="Manifest"
      hint="The custom resource as it is committed for the cluster."
      actions={
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Hide" : "Show"} manifest
        </Button>
      }
      flush={!open}
    >
      {open && <Manifest key={revision} params={params} />}
    </Panel>
  );
}

function Manifest({ params }: { params: AppParams }) {
  const manifest = useQuery(
    read("GET /orgs/{org}/apps/{app}/manifest", { params: { org: params.org, app: params.app } }),
  );
  return (
    <Region of="the manifest" reading={manifest}>
      {({ path, yaml }) => (
        <div className="grid gap-2">
          <p className="font-mono text-xs text-muted [overflow-wrap:anywhere]">{path}</p>
          <CopyField block text={yaml} label="Copy manifest" />
        </div>
      )}
    </Region>
  );
}
