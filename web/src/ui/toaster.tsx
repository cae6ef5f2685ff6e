import { Toaster as Sonner } from "sonner";

/** Where results of one's own actions appear, for eyes and screen readers. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      toastOptions={{ className: "!bg-surface !text-ink !border-line !font-sans !text-sm !shadow-float !rounded-lg" }}
    />
  );
}
