import type { ApiName } from "@skypanel/control-plane/contract/api.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call, type Input, type Reply } from "./client.ts";

type ReadName = Extract<ApiName, `GET ${string}`>;
type PagedName = {
  [N in ReadName]: Reply<N> extends { items: unknown[]; nextCursor: string | null } ? N : never;
}[ReadName];

/** The cached read of endpoint `name`: its key is the name and what it was asked with, so events can find it. */
export function read<N extends ReadName>(name: N, input: Input<N>) {
  return queryOptions({
    queryKey: [name, input] as const,
    queryFn: ({ signal }) => call(name, { ...input, signal }),
  });
}

/** The cached pages of list endpoint `name`, each asked for with the cursor of the one before. */
export function readPages<N extends PagedName>(name: N, input: Input<N> & { query?: object }) {
  return infiniteQueryOptions({
    queryKey: [name, input, "pages"] as const,
    queryFn: async ({ signal, pageParam }) => {
      const query = { ...input.query, ...(pageParam === null ? {} : { cursor: pageParam }) };
      // PagedName names lists only; TypeScript cannot follow that through an open N.
      return (await call(name, { ...input, query, signal })) as Reply<N> & { nextCursor: string | null };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last: { nextCursor: string | null }) => last.nextCursor,
  });
}
