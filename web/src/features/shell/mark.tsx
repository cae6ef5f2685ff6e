/** The product's mark and, unless small, its name. */
export function Mark({ small }: { small: boolean }) {
  return (
    <div className="flex h-8 items-center gap-2 px-1 font-semibold tracking-tight">
      <img src="/favicon.svg" alt="" width={24} height={24} className="size-6 shrink-0" />
      {!small && "SkyPanel"}
    </div>
  );
}
