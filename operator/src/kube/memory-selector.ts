import type { Live } from "./kube.ts";

type Labels = Readonly<Record<string, string>>;

const among = /^(\S+) (in|notin) \((.*)\)$/;
const equality = /^([^!=\s]+)(!=|==?)(.*)$/;

/** True if the object's labels meet every requirement of a selector, as the API writes them; without one, always. */
export function isSelected({ metadata }: Live, selector: string | undefined): boolean {
  // A comma between parentheses belongs to a set.
  const requirements = (selector ?? "").split(/,(?![^(]*\))/).filter((one) => one !== "");
  return requirements.every((requirement) => meets(metadata.labels ?? {}, requirement));
}

function meets(labels: Labels, requirement: string): boolean {
  const [, setKey = "", operator, values = ""] = among.exec(requirement) ?? [];
  if (operator !== undefined) {
    return values.split(",").includes(labels[setKey] ?? "") === (operator === "in");
  }
  const [, key = "", sign, value] = equality.exec(requirement) ?? [];
  if (sign !== undefined) return (labels[key] === value) === (sign !== "!=");
  return requirement.startsWith("!") ? labels[requirement.slice(1)] === undefined : labels[requirement] !== undefined;
}
