import type { JsonObject } from "../../kube/kube.ts";
import type { AppWorld, Process } from "../gather.ts";

/**
 * The environment of a process: the platform's own variables, then the customer's; ours win. Secret values come by
 * reference alone, and a plain one beats a secret one of the same name.
 */
export function environment({ app, tenant, sources }: AppWorld, process: Process): JsonObject {
  const own: JsonObject[] = [
    { name: "SKYPANEL_APP", value: app.metadata.name },
    { name: "SKYPANEL_INSTANCE", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "SKYPANEL_PROCESS", value: process.name },
    { name: "SKYPANEL_TENANT", value: tenant?.metadata.name ?? "" },
    ...(process.port === undefined ? [] : [{ name: "PORT", value: String(process.port) }]),
  ];
  const taken = new Set(own.map(({ name }) => name));
  const theirs = (app.spec.variables ?? []).filter(({ name }) => !taken.has(name));
  const secrets = sources.flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
  return {
    env: [...own, ...theirs.map(({ name, value }) => variable(name, value))],
    ...(secrets.length === 0 ? {} : { envFrom: secrets.map((name) => ({ secretRef: { name } })) }),
  };
}

/** An empty value is left out: the API server drops it, and what is gone would look like drift for ever. */
function variable(name: string, value: string): JsonObject {
  return value === "" ? { name } : { name, value: literal(value) };
}

/** `text` as Kubernetes hands it on unchanged: it would replace `$(NAME)`, and `$$` by `$`. */
export function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}
