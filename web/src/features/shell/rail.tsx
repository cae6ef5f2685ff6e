import { Link, type LinkProps } from "@tanstack/react-router";
import { Box, type LucideIcon, PanelLeftClose, PanelLeftOpen, ScrollText, Server, ShieldCheck } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { IconButton } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { useShortcut } from "../../ui/shortcuts.ts";
import { Mark } from "./mark.tsx";

interface Place {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly link: Pick<LinkProps, "to" | "params">;
}

interface Props {
  org: string | undefined;
  isAdmin: boolean;
}

const storageKey = "skypanel.rail";

function places({ org, isAdmin }: Props): { title: string; items: Place[] }[] {
  const own: Place[] = org
    ? [
        { label: "Apps", icon: Box, link: { to: "/orgs/$org/apps", params: { org } } },
        { label: "Activity", icon: ScrollText, link: { to: "/orgs/$org/activity", params: { org } } },
      ]
    : [];
  const platform: Place[] = [
    { label: "Clusters", icon: Server, link: { to: "/admin/clusters" } },
    { label: "Audit", icon: ShieldCheck, link: { to: "/admin/audit" } },
  ];
  return [{ title: "Organisation", items: own }, ...(isAdmin ? [{ title: "Platform", items: platform }] : [])];
}

/** Navigation at the left of a wide page; `[` folds it to icons, which this device remembers. */
export function Rail(props: Props) {
  const [folded, setFolded] = useState(() => localStorage.getItem(storageKey) === "folded");
  const toggle = () => {
    localStorage.setItem(storageKey, folded ? "open" : "folded");
    setFolded(!folded);
  };
  useShortcut("[", "Fold or open the navigation", toggle);
  return (
    <nav
      aria-label="Main"
      className={classNames(
        "sticky top-0 flex h-dvh shrink-0 flex-col gap-4 border-r border-line bg-sunken p-3 max-md:hidden",
        folded ? "w-14" : "w-58",
      )}
    >
      <Mark small={folded} />
      <Places {...props} folded={folded} />
      <IconButton label={folded ? "Open navigation" : "Fold navigation"} onClick={toggle} className="mt-auto">
        {folded ? <PanelLeftOpen aria-hidden /> : <PanelLeftClose aria-hidden />}
      </IconButton>
    </nav>
  );
}

/** The same navigation on a phone: slides in from the left. */
export function Drawer({
  open,
  onOpenChange,
  ...props
}: Props & { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 flex w-64 max-w-[80vw] flex-col gap-4 border-r border-line bg-sunken p-3 shadow-float"
        >
          <Dialog.Title className="sr-only">Navigation</Dialog.Title>
          <Mark small={false} />
          <nav aria-label="Main">
            <Places {...props} folded={false} onGo={() => onOpenChange(false)} />
          </nav>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Places({ folded, onGo, ...props }: Props & { folded: boolean; onGo?: () => void }) {
  return (
    <div className="grid gap-5">
      {places(props).map(({ title, items }) => (
        <div key={title} className="grid gap-0.5">
          {!folded && items.length > 0 && <p className="px-2 pb-1 text-xs text-muted">{title}</p>}
          {items.map(({ label, icon: Icon, link }) => (
            <Link
              key={label}
              {...link}
              {...(onGo ? { onClick: onGo } : {})}
              title={folded ? label : undefined}
              className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-ink max-md:h-11 aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              <span className={folded ? "sr-only" : undefined}>{label}</span>
            </Link>
          ))}
        </div>
      ))}
    </div>
  );
}
