import { type Kind, nameRule } from "./meta.ts";
import { type Schema, structuralSchema } from "./schema.ts";

function nameSchema({ nameLength, onlyName }: Kind): Schema {
  return onlyName === undefined
    ? { type: "string", maxLength: nameLength, pattern: nameRule.source }
    : { type: "string", enum: [onlyName] };
}

function objectSchema(kind: Kind) {
  return {
    type: "object",
    description: kind.description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      // Of metadata a CRD may restrict the name alone.
      metadata: { type: "object", properties: { name: nameSchema(kind) } },
      spec: { description: "What is asked.", ...structuralSchema(kind.spec, `${kind.kind}.spec`) },
      status: {
        description: "What is, written by the operator alone.",
        ...structuralSchema(kind.status, `${kind.kind}.status`),
      },
    },
  };
}

/** The CustomResourceDefinition of `kind`. Throws SchemaBreach if its schema is not structural. */
export function customResourceDefinition(kind: Kind) {
  const { group, plural, singular, shortNames, scope, version, printerColumns } = kind;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}`, labels: { "app.kubernetes.io/part-of": "skypanel" } },
    spec: {
      group,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular,
        ...(shortNames.length > 0 ? { shortNames } : {}),
        categories: ["skypanel"],
      },
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          additionalPrinterColumns: printerColumns,
          schema: { openAPIV3Schema: objectSchema(kind) },
          subresources: { status: {} },
        },
      ],
    },
  };
}
