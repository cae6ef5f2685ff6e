import { useMutation } from "@tanstack/react-query";
import { Keyboard, LogOut } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { call } from "../../api/client.ts";
import type { Session } from "../../api/session.ts";
import { IconButton } from "../../ui/button.tsx";
import { Menu, MenuChoice, MenuItem, MenuLine, MenuSwitch } from "../../ui/menu.tsx";
import { useShortcutsSwitch } from "../../ui/shortcuts.ts";
import { applyTheme, storedTheme, themes } from "../../ui/theme.ts";
import { troubleOf } from "../../ui/trouble.ts";

const themeWords = { light: "Light", dark: "Dark", system: "As the system" };

/** Who is signed in, how the panel looks and behaves on this device, and the way out. */
export function UserMenu({ session, onShortcuts }: { session: Session | undefined; onShortcuts: () => void }) {
  const [theme, setTheme] = useState(storedTheme);
  const [shortcutsOn, setShortcutsOn] = useShortcutsSwitch();
  const signOut = useMutation({
    mutationFn: () => call("POST /auth/logout", {}),
    // A whole new page: nothing of this person stays in memory.
    onSuccess: () => window.location.assign("/sign-in"),
    onError: (error) => toast.error(troubleOf(error).detail),
  });
  if (!session) return null;
  const { name, email } = session.user;
  return (
    <Menu
      trigger={
        <IconButton label={`Account: ${name}`} className="rounded-full">
          <span
            aria-hidden
            className="grid size-7 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-info"
          >
            {initials(name)}
          </span>
        </IconButton>
      }
    >
      <div className="px-2 py-1.5 text-sm">
        <p className="font-medium">{name}</p>
        <p className="text-xs text-muted [overflow-wrap:anywhere]">{email}</p>
      </div>
      <MenuLine />
      <MenuChoice
        label="Theme"
        value={theme}
        onChange={(value) => {
          const next = themes.find((known) => known === value) ?? "system";
          applyTheme(next);
          setTheme(next);
        }}
        options={themes.map((value) => ({ value, label: themeWords[value] }))}
      />
      <MenuLine />
      <MenuSwitch checked={shortcutsOn} onChange={setShortcutsOn}>
        Single-key shortcuts
      </MenuSwitch>
      <MenuItem onSelect={onShortcuts}>
        <Keyboard aria-hidden />
        Keyboard shortcuts
      </MenuItem>
      <MenuLine />
      <MenuItem onSelect={() => signOut.mutate()}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  );
}

function initials(name: string): string {
  const [first = "?", second = ""] = name.trim().split(/\s+/);
  return `${[...first][0] ?? ""}${[...second][0] ?? ""}`.toUpperCase();
}
