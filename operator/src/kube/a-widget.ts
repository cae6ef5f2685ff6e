import type { Kind } from "@skypanel/crds/meta.ts";
import { type Reason, reason } from "@skypanel/crds/reasons.ts";
import { z } from "zod";
import type { Applied, Child, KindController } from "./controller.ts";
import type { JsonObject, Ref } from "./kube.ts";
import type { Outcome, Problem } from "./outcome.ts";
import { type ChildKind, configMaps, resourceOf, secrets, services } from "./resources.ts";

/** A kind for the runtime's own tests: a Service for each part, and a Secret if it has a password. */
const spec = z.strictObject({
  parts: z.array(z.string()).default([]),
  colour: z.string().default("red"),
  secret: z.string().optional(),
});
type Spec = z.output<typeof spec>;
interface Status {
  readonly phase?: string;
}

export const widget: Kind<Spec, Status> = {
  group: "paas.skypanel.io",
  version: "v1alpha1",
  kind: "Widget",
  plural: "widgets",
  singular: "widget",
  shortNames: [],
  scope: "Namespaced",
  nameLength: 40,
  description: "",
  spec: spec as z.ZodType<Spec>,
  status: z.object({}) as z.ZodType<Status>,
  printerColumns: [],
};
export const widgets = resourceOf(widget);

/** Where the widget of that name is. */
export function widgetRef(name = "w", namespace = "n"): Ref {
  return { resource: widgets, namespace, name };
}

/** A widget as somebody applies it. */
export function aWidget(
  wish: Partial<Spec> = {},
  metadata: Record<string, string | Record<string, string>> = {},
): JsonObject {
  return { metadata, spec: wish as JsonObject }; // plain JSON
}

export interface WidgetWorld {
  readonly name: string;
  readonly namespace: string;
  readonly spec: Spec;
}

/** What a test may put in the place of the widget's own decisions. */
export interface Overrides {
  readonly desired?: (world: WidgetWorld) => readonly Child[] | Problem;
  readonly outcome?: (applied: Applied) => Outcome;
  readonly gather?: () => void;
  readonly cleanup?: () => Promise<Outcome>;
  readonly isSuspended?: (world: WidgetWorld) => boolean;
}

function part({ name, namespace, spec }: WidgetWorld, suffix: string): Child {
  const metadata = { name: `${name}-${suffix}`, namespace, labels: { colour: spec.colour } };
  return { resource: services, manifest: { metadata, spec: { ports: [{ port: 80 }] } } };
}

function secret({ name, namespace, spec }: WidgetWorld): readonly Child[] {
  if (spec.secret === undefined) return [];
  const manifest = { metadata: { name: `${name}-secret`, namespace }, data: { value: spec.secret } };
  return [{ resource: secrets, manifest }];
}

/** The widget's children: pure. */
export function widgetChildren(world: WidgetWorld): readonly Child[] {
  return [...world.spec.parts.map((suffix) => part(world, suffix)), ...secret(world)];
}

const running: Reason = reason("Running", {});

/** The widget's controller, or one that does otherwise where a test says so. */
export function widgetController(overrides: Overrides = {}): KindController<typeof widget, WidgetWorld> {
  const { desired = widgetChildren, outcome = () => ({ k: "done" }) as const, gather = () => {} } = overrides;
  const { cleanup, isSuspended } = overrides;
  const watched: readonly ChildKind[] = [services, configMaps];
  return {
    kind: widget,
    watches: watched.map((resource) => ({ resource })),
    indexes: { colour: (object) => [object.spec.colour] },
    gather: async ({ metadata, spec: asked }) => {
      gather();
      return { name: metadata.name, namespace: metadata.namespace ?? "", spec: asked };
    },
    desired,
    status: (_, applied) => ({
      status: { phase: applied.problem === undefined ? "Live" : "Blocked" },
      ready: { status: "True", reason: running },
      outcome: outcome(applied),
    }),
    ...(cleanup === undefined ? {} : { cleanup }),
    ...(isSuspended === undefined ? {} : { isSuspended }),
  };
}
