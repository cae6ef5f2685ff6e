import { Slot } from "radix-ui";
import type { ButtonHTMLAttributes } from "react";
import { classNames } from "./class-names.ts";

type Look = "primary" | "secondary" | "quiet" | "danger";

const looks: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong font-medium shadow-raised",
  secondary: "bg-surface text-ink border border-line hover:bg-hover shadow-raised",
  quiet: "text-muted hover:text-ink hover:bg-hover",
  danger: "bg-danger-fill text-on-accent font-medium hover:brightness-95 shadow-raised",
};

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  /** Draws the one child, a link, as a button. */
  asChild?: boolean;
  /** As wide as high: for an icon. */
  square?: boolean;
}

/** A button; 36 px high, 44 px on a phone. */
export function Button({
  look = "secondary",
  asChild = false,
  square = false,
  className,
  type = "button",
  ...rest
}: Props) {
  const Tag = asChild ? Slot.Root : "button";
  return (
    <Tag
      {...(asChild ? {} : { type })}
      className={classNames(
        "inline-flex h-9 max-md:h-11 items-center justify-center gap-1.5 rounded-md text-sm whitespace-nowrap transition-colors",
        "disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
        square ? "w-9 max-md:w-11" : "px-3",
        looks[look],
        className,
      )}
      {...rest}
    />
  );
}

/** A square button that shows only an icon; `label` is its name. `small` is for a place within a line. */
export function IconButton({
  label,
  small = false,
  className,
  ...rest
}: Omit<Props, "asChild" | "square"> & { label: string; small?: boolean }) {
  return (
    <Button
      look="quiet"
      aria-label={label}
      title={label}
      square
      className={classNames(small && "!h-7 !w-7 max-md:!h-9 max-md:!w-9", className)}
      {...rest}
    />
  );
}
