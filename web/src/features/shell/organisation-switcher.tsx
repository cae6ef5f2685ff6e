import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown } from "lucide-react";
import type { Session } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuChoice } from "../../ui/menu.tsx";

/** The organisation being looked at, and the way to another. */
export function OrganisationSwitcher({
  session,
  current,
}: {
  session: Session | undefined;
  current: string | undefined;
}) {
  const navigate = useNavigate();
  const organisations = session?.organisations ?? [];
  const shown = organisations.find(({ slug }) => slug === current);
  if (!shown) return null;
  return (
    <Menu
      align="start"
      trigger={
        <Button look="quiet" className="min-w-0 px-2 font-medium text-ink" aria-label={`Organisation: ${shown.name}`}>
          <span className="max-w-40 truncate">{shown.name}</span>
          <ChevronsUpDown aria-hidden className="text-muted" />
        </Button>
      }
    >
      <MenuChoice
        label="Organisations"
        value={shown.slug}
        onChange={(org) => void navigate({ to: "/orgs/$org/apps", params: { org } })}
        options={organisations.map(({ slug, name }) => ({ value: slug, label: name }))}
      />
    </Menu>
  );
}
