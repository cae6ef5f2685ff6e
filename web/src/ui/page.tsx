import type { ReactNode } from "react";

interface HeadProps {
  title: string;
  /** What the browser's tab says, when it is more than the heading. */
  tab?: string;
  beside?: ReactNode;
  below?: ReactNode;
  actions?: ReactNode;
}

/** The one heading of a page, its status beside, its actions at the right. */
export function PageHead({ title, tab, beside, below, actions }: HeadProps) {
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-3">
      <title>{`${tab ?? title} · SkyPanel`}</title>
      <div className="min-w-0 flex-1 basis-60">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight [overflow-wrap:anywhere]">{title}</h1>
          {beside}
        </div>
        {below && <div className="mt-1 text-sm text-muted">{below}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

interface PanelProps {
  title?: string;
  hint?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Content reaches the edges: a table. */
  flush?: boolean;
}

/** A part of a page in a frame, with a heading of its own. */
export function Panel({ title, hint, actions, children, flush = false }: PanelProps) {
  return (
    <section className="card min-w-0 shadow-raised" aria-label={title}>
      {title && (
        <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3">
          <div className="min-w-0 flex-1 basis-48">
            <h2 className="font-semibold">{title}</h2>
            {hint && <p className="text-sm text-muted">{hint}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className={flush ? undefined : "p-4"}>{children}</div>
    </section>
  );
}

/** Terms and what they are, in two columns; one on a phone. */
export function Facts({ items }: { items: readonly { readonly term: string; readonly value: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-3 text-sm sm:grid-cols-[max-content_1fr] sm:gap-y-2">
      {items.map(({ term, value }) => (
        <div key={term} className="grid gap-x-6 gap-y-0.5 sm:col-span-2 sm:grid-cols-subgrid">
          <dt className="text-muted">{term}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
