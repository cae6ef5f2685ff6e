import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";

/** A button that copies `text`; `label` says what. For two seconds it says that it did, to eyes and to screen readers. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    // Without the permission nothing is copied and nothing is claimed: the text beside can be selected by hand.
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <>
      <IconButton label={label} small onClick={copy}>
        {copied ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
      </IconButton>
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </>
  );
}

interface Props {
  text: string;
  label: string;
  /** Keeps line breaks and scrolls sideways inside the field. */
  block?: boolean;
}

/** Text to be copied, in a monospaced field with its button. */
export function CopyField({ text, label, block = false }: Props) {
  return (
    <div className="flex min-w-0 items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
      <pre
        tabIndex={block ? 0 : undefined}
        className={classNames(
          "min-w-0 flex-1 py-1 font-mono text-xs leading-5",
          block ? "max-h-80 overflow-auto whitespace-pre" : "whitespace-pre-wrap [overflow-wrap:anywhere]",
        )}
      >
        {text}
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
