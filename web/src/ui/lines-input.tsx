import { type ComponentProps, useState } from "react";
import { TextArea } from "./field.tsx";
import { asLines, linesShown } from "./form-values.ts";

interface Props extends Omit<ComponentProps<"textarea">, "value" | "onChange"> {
  value: readonly string[];
  onChange: (words: string[]) => void;
}

const [least, most] = [2, 8];

/** Words, one a line. It keeps empty lines and spaces while someone types, and never changes words nobody touched. */
export function LinesInput({ value, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState("");
  return (
    <TextArea
      mono
      rows={Math.min(Math.max(value.length, least), most)}
      spellCheck={false}
      {...rest}
      value={linesShown(typed, value)}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(asLines(target.value));
      }}
    />
  );
}
