import { z } from "zod";

/** A DNS label (RFC 1123) of at most 40 characters: names of apps, organisations, clusters. */
export const name = z
  .string()
  .max(40)
  .regex(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    "must be lower-case letters, digits and '-', begin with a letter, end with a letter or digit",
  );

/** A git blob id, the revision of an object and its ETag. */
export const revision = z.string().regex(/^[0-9a-f]{40}$/);

/** An instant as RFC 3339 in UTC. */
export const instant = z.iso.datetime();

/** A line people read: no control character, no half of a character; what is around it is cut off. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]*$/u, "may not contain control characters");

export const title = line(80);

export const email = z.email().max(254).toLowerCase();

/** A page of a list: `nextCursor` is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item).max(200), nextCursor: z.string().nullable() });

/** What every list accepts: page size (50, at most 200), the cursor of the next page, a search text. */
export const listQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(256).optional(),
  q: z.string().max(100).optional(),
};

export const nothing = z.undefined();
