import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useRouterState } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTopic } from "../../api/runtime.ts";
import { may, sessionQuery } from "../../api/session.ts";
import { Boundary } from "../../ui/boundary.tsx";
import { IconButton } from "../../ui/button.tsx";
import { useShortcut } from "../../ui/shortcuts.ts";
import { ShortcutsDialog } from "../../ui/shortcuts-dialog.tsx";
import { Breadcrumb } from "./breadcrumb.tsx";
import { ConnectionDot } from "./connection-dot.tsx";
import { lastOrganisation, rememberOrganisation } from "./last-organisation.ts";
import { OfflineBand } from "./offline-band.tsx";
import { OrganisationSwitcher } from "./organisation-switcher.tsx";
import { Drawer, Rail } from "./rail.tsx";
import { UserMenu } from "./user-menu.tsx";

/** The frame of every page behind the sign-in: rail, top bar, main region. */
export function Shell({ children }: { children: ReactNode }) {
  const { data: session } = useQuery(sessionQuery);
  const params = useParams({ strict: false });
  const org = params.org ?? (session && lastOrganisation(session));
  const isAdmin = may(session, "clusters.read");
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [keysOpen, setKeysOpen] = useState(false);
  const main = useMainFocus();

  // A topic that is not the person's would have the whole stream refused.
  useTopic(session?.organisations.some(({ slug }) => slug === org) ? `org:${org}` : undefined);
  useTopic(isAdmin ? "fleet" : undefined);
  useEffect(() => {
    if (params.org) rememberOrganisation(params.org);
  }, [params.org]);
  useShellShortcuts(org, isAdmin, () => setKeysOpen(true));

  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <Rail org={org} isAdmin={isAdmin} />
      <Drawer open={drawerOpen} onOpenChange={setDrawerOpen} org={org} isAdmin={isAdmin} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-line bg-surface px-3 md:px-5">
          <IconButton label="Open navigation" className="md:hidden" onClick={() => setDrawerOpen(true)}>
            <MenuIcon aria-hidden />
          </IconButton>
          <OrganisationSwitcher session={session} current={org} />
          <Breadcrumb />
          <div className="ml-auto flex items-center gap-1 md:gap-3">
            <ConnectionDot />
            <UserMenu session={session} onShortcuts={() => setKeysOpen(true)} />
          </div>
        </header>
        <OfflineBand />
        <main
          id="main"
          ref={main}
          tabIndex={-1}
          className="mx-auto grid w-full max-w-6xl flex-1 content-start gap-5 px-4 py-5 outline-none md:px-8 md:py-7"
        >
          <Boundary>{children}</Boundary>
        </main>
      </div>
      <ShortcutsDialog open={keysOpen} onOpenChange={setKeysOpen} />
    </div>
  );
}

/** After a page change the focus is never left on the body: it goes to the main region. */
function useMainFocus() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    const changed = before.current !== undefined && before.current !== path;
    before.current = path;
    if (changed && document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}

function useShellShortcuts(org: string | undefined, isAdmin: boolean, onHelp: () => void) {
  const navigate = useNavigate();
  useShortcut("g a", "Go to apps", () => {
    if (org) void navigate({ to: "/orgs/$org/apps", params: { org } });
  });
  useShortcut("g t", "Go to activity", () => {
    if (org) void navigate({ to: "/orgs/$org/activity", params: { org } });
  });
  useShortcut("g c", "Go to clusters", () => {
    if (isAdmin) void navigate({ to: "/admin/clusters" });
  });
  useShortcut("?", "Show these shortcuts", onHelp);
}
