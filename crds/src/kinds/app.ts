import { z } from "zod";
import {
  argument,
  dnsName,
  listMap,
  objectName,
  reservedVariable,
  ruled,
  suspended,
  text,
  variablePattern,
} from "../fields.ts";
import { limits } from "../limits.ts";
import { GROUP, type Kind, type KubeObject, VERSION } from "../meta.ts";
import { ageColumns, phaseColumns } from "../status.ts";
import { processes } from "./app-process.ts";
import { appStatus } from "./app-status.ts";

const bounds = limits.app;
const imagePattern =
  /^([a-zA-Z0-9.-]+(:[0-9]{1,5})?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[a-f0-9]{64})?$/;

const image = z.strictObject({
  reference: text(512, 1)
    .regex(imagePattern, "must be an image reference such as registry.example/shop/web:1.4")
    .meta({ title: "Image", description: "Image to run, by tag or by digest." }),
  pullSecret: objectName()
    .optional()
    .meta({ title: "Pull secret", description: "Secret of this namespace with the registry's credentials." }),
});

const utf8 = new TextEncoder();
const bytes = (value: string) => utf8.encode(value).length;

const variable = ruled(
  z.strictObject({
    name: text(limits.variables.keyLength, 1)
      .regex(new RegExp(variablePattern), "must be letters, digits and _, not beginning with a digit")
      .meta({ title: "Name", description: "Name in the environment." }),
    value: ruled(argument(limits.variables.valueLength), {
      cel: `bytes(self).size() <= ${limits.variables.valueLength}`,
      holds: (value) => bytes(value) <= limits.variables.valueLength,
      message: `may have ${limits.variables.valueLength} bytes`,
    }).meta({ title: "Value", description: "Plain text. Secrets go into a Sealed." }),
  }),
  {
    cel: `!(${reservedVariable.cel("self.name")})`,
    holds: ({ name }) => !reservedVariable.matches(name),
    message: reservedVariable.message,
    field: "name",
  },
);

const variables = ruled(listMap(variable, ["name"], limits.variables.count), {
  cel: `self.map(variable, bytes(variable.value).size()).sum() <= ${limits.variables.sumBytes}`,
  holds: (all) => all.reduce((sum, { value }) => sum + bytes(value), 0) <= limits.variables.sumBytes,
  message: `values together may have ${limits.variables.sumBytes} bytes`,
});

const variablesSource = z.strictObject({
  kind: z.enum(["Sealed", "Secret"]).default("Sealed").describe("Kind of the object."),
  name: objectName().describe("Its name, in this namespace."),
});

/** What a customer asks of an app. */
export const appSpec = z.strictObject({
  source: z
    .strictObject({ image: image.meta({ title: "Image", description: "Run a ready-made image." }) })
    .meta({ title: "Source", description: "Where the code comes from." }),
  processes: processes.meta({ title: "Processes", description: "What runs; at most one gets the app's URL." }),
  variables: variables
    .optional()
    .meta({ title: "Variables", description: "Environment of every process; not for secrets." }),
  variablesFrom: listMap(variablesSource, ["kind", "name"], limits.variables.sources)
    .optional()
    .meta({ title: "Secret variables", description: "Objects whose values join the environment; later ones win." }),
  slug: dnsName(63).optional().meta({
    title: "Host",
    description: "First label of its host below the cluster's base domain. Default: its name.",
  }),
  state: z
    .enum(["Running", "Stopped"])
    .default("Running")
    .meta({ title: "State", description: "Stopped keeps everything but runs no instance." }),
  suspended: suspended().optional().describe("Set by the provider: overrides state and keeps the sizes."),
  rollout: z
    .strictObject({
      progressDeadlineSeconds: z
        .int()
        .min(10)
        .max(bounds.progressDeadlineSecondsMax)
        .default(bounds.progressDeadlineSeconds)
        .meta({ title: "Deadline (s)", description: "Seconds a new version may take to become ready." }),
    })
    .prefault({})
    .meta({ title: "Rollout", description: "How a new version replaces the old one." }),
  restartRequest: text(64)
    .regex(/^[A-Za-z0-9._:-]*$/)
    .optional()
    .describe("Any new value asks for a rolling restart."),
});

export type AppSpec = z.output<typeof appSpec>;
export type AppStatus = z.output<typeof appStatus>;
export type App = KubeObject<AppSpec, AppStatus>;

/** A customer's application: code, the processes that run it and what they need. */
export const app: Kind<AppSpec, AppStatus> = {
  group: GROUP,
  version: VERSION,
  kind: "App",
  plural: "apps",
  singular: "app",
  shortNames: [],
  scope: "Namespaced",
  nameLength: bounds.nameLength,
  description: "A customer's application: where its code comes from, the processes that run it and what they need.",
  spec: appSpec,
  status: appStatus,
  printerColumns: [
    ...phaseColumns,
    { name: "URL", type: "string", jsonPath: ".status.url", description: "Where it answers." },
    ...ageColumns,
  ],
};
