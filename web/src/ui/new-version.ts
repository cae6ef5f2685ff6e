import { toast } from "sonner";

/** After an upgrade the chunks of the page that is open are gone: say so instead of failing at the next click. */
export function offerReloadOnVanishedChunk(): void {
  window.addEventListener("vite:preloadError", () => {
    toast("A new version of the panel is there.", {
      id: "new-version",
      duration: Number.POSITIVE_INFINITY,
      action: { label: "Reload", onClick: () => window.location.reload() },
    });
  });
}
