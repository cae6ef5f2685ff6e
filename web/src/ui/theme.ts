export const themes = ["light", "dark", "system"] as const;
export type Theme = (typeof themes)[number];

const key = "skypanel.theme";

/** The theme chosen on this device; `system` when none was. */
export function storedTheme(): Theme {
  const stored = localStorage.getItem(key);
  return themes.find((theme) => theme === stored) ?? "system";
}

/** Shows the page in `theme` and remembers it on this device. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  localStorage.setItem(key, theme);
}
