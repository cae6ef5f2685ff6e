import type { Labels, Selector } from "./objects.ts";

/** Tells whether labels fit a selector as Kubernetes defines it; the empty selector fits all. */
export function fits(selector: Selector, labels: Labels = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => holds(expression, labels[expression.key]));
}

type Expression = NonNullable<Selector["matchExpressions"]>[number];

function holds({ operator, values = [] }: Expression, label: string | undefined): boolean {
  switch (operator) {
    case "In":
      return label !== undefined && values.includes(label);
    case "NotIn":
      return label === undefined || !values.includes(label);
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    default:
      return false;
  }
}
