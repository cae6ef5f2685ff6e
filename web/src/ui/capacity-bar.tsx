interface Props {
  /** What is measured, for screen readers. */
  label: string;
  value: number;
  of: number;
  /** The figures in words; both numbers when left out. */
  text?: string;
  /** Fill at or above this share calls for attention. */
  warnAt?: number;
}

/** A share as a bar with its figures beside it: the words carry it, the bar repeats them. */
export function CapacityBar({ label, value, of, text, warnAt }: Props) {
  const share = of > 0 ? Math.min(1, value / of) : 0;
  const words = text ?? `${value} / ${of}`;
  const isHigh = warnAt !== undefined && share >= warnAt;
  return (
    <span className="inline-flex items-center gap-2">
      <meter
        aria-label={label}
        aria-valuetext={words}
        min={0}
        max={of || 1}
        value={Math.min(value, of || 1)}
        className="sr-only"
      >
        {words}
      </meter>
      <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-hover">
        <span
          className={isHigh ? "block h-full bg-warn" : "block h-full bg-accent"}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      <span aria-hidden className="tabular text-xs whitespace-nowrap">
        {words}
      </span>
    </span>
  );
}
