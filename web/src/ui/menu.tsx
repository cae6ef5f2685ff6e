import { Check } from "lucide-react";
import { DropdownMenu as Primitive } from "radix-ui";
import type { ReactNode } from "react";

const item =
  "flex min-h-8 max-md:min-h-11 items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none select-none data-highlighted:bg-hover data-disabled:text-muted [&_svg]:size-4 [&_svg]:shrink-0";

/** A menu that opens below `trigger`, a button. Without a portal, so that it stays within its landmark. */
export function Menu({
  trigger,
  children,
  align = "end",
}: {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
}) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Content
        align={align}
        sideOffset={6}
        collisionPadding={8}
        className="card z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 overflow-y-auto p-1 shadow-float"
      >
        {children}
      </Primitive.Content>
    </Primitive.Root>
  );
}

/** A thing to do. */
export function MenuItem({
  onSelect,
  children,
  disabled = false,
}: {
  onSelect: () => void;
  children: ReactNode;
  disabled?: boolean;
}) {
  return (
    <Primitive.Item className={item} onSelect={onSelect} disabled={disabled}>
      {children}
    </Primitive.Item>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly { readonly value: string; readonly label: string }[];
}

/** One choice of several. */
export function MenuChoice({ label, value, onChange, options }: ChoiceProps) {
  return (
    <Primitive.Group>
      <Primitive.Label className="px-2 pt-1.5 pb-1 text-xs text-muted">{label}</Primitive.Label>
      <Primitive.RadioGroup value={value} onValueChange={onChange}>
        {options.map((option) => (
          <Primitive.RadioItem key={option.value} value={option.value} className={item}>
            <span className="flex-1">{option.label}</span>
            <Primitive.ItemIndicator>
              <Check aria-hidden />
            </Primitive.ItemIndicator>
          </Primitive.RadioItem>
        ))}
      </Primitive.RadioGroup>
    </Primitive.Group>
  );
}

/** Something that is on or off. */
export function MenuSwitch({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Primitive.CheckboxItem className={item} checked={checked} onCheckedChange={onChange}>
      <span className="flex-1">{children}</span>
      <Primitive.ItemIndicator>
        <Check aria-hidden />
      </Primitive.ItemIndicator>
    </Primitive.CheckboxItem>
  );
}

/** A thin line between groups. */
export function MenuLine() {
  return <Primitive.Separator className="my-1 h-px bg-line" />;
}
