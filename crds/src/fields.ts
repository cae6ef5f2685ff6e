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

/**
 * Text of at most `max` characters, counted as the API server does: a character beyond 16 bits is one. Half of such a
 * character is refused, for no file could hold it.
 */
export const text = (max: number, min = 0) =>
  z
    .string()
    .min(min)
    .check(({ value: input, issues }) => {
      // Twice as many units cannot be `max` characters; counting them costs memory.
      if (input.length > max && (input.length > 2 * max || [...input].length > max))
        issues.push({ code: "too_big", origin: "string", maximum: max, inclusive: true, input });
      if (!input.isWellFormed()) issues.push({ code: "custom", message: "must be well-formed Unicode", input });
    })
    .meta({ maxLength: max });

/** A name Kubernetes takes for a Service, the strictest of our children: a letter, then letters, digits and dashes. */
export const dnsName = (max: number) => text(max, 1).regex(nameRule);

/** The name of an object we refer to, such as a Secret: a subdomain of RFC 1123, as Kubernetes reads it. */
export const objectName = () =>
  text(limits.kube.hostLength, 1).regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

/** A host name without port. */
export const hostName = (max: number = limits.kube.hostLength) =>
  text(max, 1).regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/);

const nul = "\\x00"; // as JavaScript and the API server's RE2 both write it

/** Words for a process: of any characters but NUL, which no process can be given. */
export const argument = (max: number) => text(max).regex(new RegExp(`^[^${nul}]*$`), "may not contain NUL");

/** What a shell and every language accept as the name of an environment variable. */
export const variablePattern = "^[A-Za-z_][A-Za-z0-9_]{0,127}$";

/** Names of variables that are ours or Kubernetes' to set, and the one that JavaScript loses from a map. */
export const reservedVariable = {
  matches: (name: string): boolean => name === "PORT" || name === "__proto__" || /^(SKYPANEL|KUBERNETES)_/.test(name),
  cel: (name: string): string =>
    `${name} in ['PORT', '__proto__'] || ${name}.startsWith('SKYPANEL_') || ${name}.startsWith('KUBERNETES_')`,
  message: "PORT, SKYPANEL_*, KUBERNETES_* and __proto__ are reserved",
};

/** An instant as Kubernetes writes it. */
export const instant = () => text(40).regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/);

const quantity = (pattern: RegExp, most: number, message: string) =>
  z.union([text(24, 1).regex(pattern, message), z.int().min(1).max(most)]).meta({ "x-kubernetes-int-or-string": true });

const wholes = (digits: number) => `[1-9][0-9]{0,${digits - 1}}`;
const decimals = (digits: number) => `${wholes(digits)}(\\.[0-9]{1,3})?`;
const belowOne = "0\\.(00[1-9]|0[1-9][0-9]?|[1-9][0-9]{0,2})";

/** CPU: cores (`1`, `"0.5"`) or thousandths of a core (`250m`). Not 0, which means without limit. */
export const cpu = () =>
  quantity(new RegExp(`^(${decimals(4)}|${belowOne}|${wholes(7)}m)$`), 9_999, "must be cores (1) or millicores (250m)");

/**
 * Memory or storage with its unit, up to 999 TiB. `m` (a thousandth of a byte) is refused: whoever writes it means
 * `Mi`; 0 too, which means without limit.
 */
export const memory = () =>
  quantity(
    new RegExp(
      `^(${wholes(15)}|${belowOne}([kMGT]|[KMGT]i)|${decimals(12)}(k|Ki)|${decimals(9)}Mi?|${decimals(6)}Gi?|${decimals(3)}Ti?)$`,
    ),
    999_999_999_999_999,
    "must be bytes with a unit, such as 128Mi",
  );

/** Why a tenant or an app stands still although its owner wants it to run. */
export const suspended = () =>
  z.strictObject({
    reason: z.enum(["Wallet", "Admin", "Abuse"]).describe("Who or what suspended it."),
    message: text(500).optional().describe("What the owner is told."),
  });
