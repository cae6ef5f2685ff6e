import { z } from "zod";
import { defineEndpoints } from "../endpoint.ts";
import { instant, revision } from "../fields.ts";

/** The environment's grammar: letters, digits and underscore, not beginning with a digit (POSIX 2024, 8.1). */
const key = z
  .string()
  .max(128)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be letters, digits and _, not beginning with a digit");

const value = z
  .string()
  .refine((text) => new TextEncoder().encode(text).length <= 32_768, "at most 32 KiB")
  .refine((text) => !text.includes("\u0000"), "may not contain NUL");

/** Values are write-only: a reply names keys, who set them and when. `revision` is that of the app. */
export const variables = z.strictObject({
  revision,
  items: z.array(z.strictObject({ key, version: z.int().min(1), setBy: z.string(), setAt: instant })).max(300),
});

export const variableEndpoints = defineEndpoints({
  "GET /orgs/{org}/apps/{app}/variables": {
    may: "variables.read",
    summary: "Names of the app's variables, never their values",
    status: 200,
    reply: variables,
  },
  "PATCH /orgs/{org}/apps/{app}/variables": {
    may: "variables.write",
    summary: "Set and remove variables; a rolling restart brings them to every instance",
    status: 200,
    ifMatch: true,
    body: z.strictObject({
      set: z.array(z.strictObject({ key, value })).max(300).default([]),
      remove: z.array(key).max(300).default([]),
    }),
    reply: variables,
  },
});
