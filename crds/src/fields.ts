import { z } from "zod";
import { limits } from "./limits.ts";
import { nameRule } from "./meta.ts";

/** A rule over several fields: `cel` for the API server, `holds` its twin for our edges, `field` the one to blame. */
interface Rule<T> {
  cel: string;
  holds: (value: T) => boolean;
  message: string;
  field?: string;
}

interface CelRule {
  rule: string;
  message: string;
  fieldPath?: string;
}

/** The rules a schema carries already, so that another can be added to them. */
function celRules(schema: z.ZodType): CelRule[] {
  const rules = schema.meta()?.["x-kubernetes-validations"];
  return Array.isArray(rules) ? rules : [];
}

function withCel<S extends z.ZodType>(schema: S, rule: CelRule): S {
  return schema.meta({ ...schema.meta(), "x-kubernetes-validations": [...celRules(schema), rule] });
}

/** `schema` that also keeps to `rule`, in the API server and at our edges alike. */
export function ruled<S extends z.ZodType>(schema: S, { cel, holds, message, field }: Rule<z.output<S>>): S {
  const path = field === undefined ? [] : [field];
  const celRule = { rule: cel, message, ...(field === undefined ? {} : { fieldPath: `.${field}` }) };
  return withCel(schema.refine(holds, { message, path }), celRule);
}

// Words of CEL's grammar; the API server shows fields of these names in another spelling.
const celWords = new Set([
  "as",
  "break",
  "const",
  "else",
  "for",
  "function",
  "if",
  "import",
  "in",
  "namespace",
  "package",
]);

/** An object schema whose `field` keeps the value it was created with. Only the API server knows the old value. */
export function immutable<S extends z.ZodType>(schema: S, field: string): S {
  const [now, old] = ["self", "oldSelf"].map((object) => `${object}.${celWords.has(field) ? `__${field}__` : field}`);
  const rule = `has(${now}) == has(${old}) && (!has(${now}) || ${now} == ${old})`;
  return withCel(schema, { rule, message: `${field} cannot change; recreate the object`, fieldPath: `.${field}` });
}

/** A list whose items are told apart by `keys`: no duplicates, and server-side apply merges item by item. */
export function listMap<S extends z.ZodType<Record<string, unknown>>>(item: S, keys: string[], max: number, min = 0) {
  const list = z.array(item).min(min).max(max);
  const unique = list.refine(
    (items) => new Set(items.map((each) => keys.map((key) => each[key]).join("/"))).size === items.length,
    {
      message: `two entries have the same ${keys.join(" and ")}`,
    },
  );
  return unique.meta({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys });
}

/** A map whose keys match `pattern`. A CRD cannot say that of keys, so the API server gets it as a rule. */
export function mapOf<V extends z.ZodType>(pattern: string, value: V, max: number) {
  const message = `each name must match ${pattern}`;
  const keys = z.string().regex(new RegExp(pattern), message);
  const map = z.record(keys, value).refine((all) => Object.keys(all).length <= max, `at most ${max} entries`);
  return withCel(map.meta({ maxProperties: max }), { rule: `self.all(name, name.matches('${pattern}'))`, message });
}

/** Text of at most `max` characters. */
export const text = (max: number, min = 0) => z.string().min(min).max(max);

/** A name Kubernetes takes for a Service, the strictest of our children: a letter, then letters, digits and dashes. */
export const dnsName = (max: number) => text(max, 1).regex(nameRule);

/** The name of an object we refer to, such as a Secret. */
export const objectName = () => text(limits.kube.hostLength, 1).regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);

/** A host name without port. */
export const hostName = () =>
  text(limits.kube.hostLength, 1).regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

/** What a shell and every language accept as the name of an environment variable. */
export const variablePattern = "^[A-Za-z_][A-Za-z0-9_]{0,127}$";

/** An instant as Kubernetes writes it. */
export const instant = () => text(40).regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/);

const quantity = (pattern: RegExp, message: string) =>
  z
    .union([
      text(24, 1).regex(pattern, message),
      z
        .int()
        .min(0)
        .max(2 ** 50),
    ])
    .meta({ "x-kubernetes-int-or-string": true });

/** CPU: cores (`1`, `"0.5"`) or thousandths of a core (`250m`). */
export const cpu = () =>
  quantity(/^([0-9]{1,4}(\.[0-9]{1,3})?|[0-9]{1,7}m)$/, "must be cores (1) or millicores (250m)");

/** Memory or storage with its unit. `m` (a thousandth of a byte) is refused: whoever writes it means `Mi`. */
export const memory = () =>
  quantity(/^[0-9]{1,15}(\.[0-9]{1,3})?([kMGT]|[KMGT]i)?$/, "must be bytes with a unit, such as 128Mi");

/** Why a tenant or an app stands still although its owner wants it to run. */
export const suspended = () =>
  z.strictObject({
    reason: z.enum(["Wallet", "Admin", "Abuse"]).describe("Who or what suspended it."),
    message: text(500).optional().describe("What the owner is told."),
  });
