import { useQuery } from "@tanstack/react-query";
import { queryClient } from "../../api/runtime.ts";
import type { Registration } from "./cluster-words.ts";

const keyOf = (id: string) => ["registration", id] as const;

/** Keeps a registration in this page's memory: the server shows its token once and stores only a hash. */
export function keepRegistration(id: string, registration: Registration): void {
  queryClient.setQueryData(keyOf(id), registration);
}

/** The registration just made for the cluster, if this page made it. */
export function useRegistration(id: string): Registration | null {
  const { data = null } = useQuery<Registration | null>({
    queryKey: keyOf(id),
    queryFn: () => null,
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
