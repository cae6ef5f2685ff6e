import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { hasReason } from "../../api/problem.ts";
import { queryClient } from "../../api/runtime.ts";
import { type App, type AppParams, appQuery } from "./use-app.ts";

interface Options<Body> {
  readonly params: AppParams;
  /** Sends the change, based on the revision the editor saw. */
  readonly send: (body: Body, revision: string) => Promise<App>;
  readonly saved: string;
  readonly onSaved: (app: App) => void;
}

/** Saves a change of an app. A stale revision is no failure to the person: it opens the choice between two versions. */
export function useSave<Body>({ params, send, saved, onSaved }: Options<Body>) {
  const [conflict, setConflict] = useState<{ readonly mine: Body; readonly theirs: App }>();
  const save = useMutation({
    mutationFn: ({ body, revision }: { body: Body; revision: string }) => send(body, revision),
    onSuccess(app) {
      queryClient.setQueryData(appQuery(params).queryKey, app);
      setConflict(undefined);
      onSaved(app);
      toast.success(saved);
    },
    async onError(error, { body }) {
      if (!hasReason(error, "StaleRevision")) return;
      const theirs = await queryClient.fetchQuery({ ...appQuery(params), staleTime: 0 });
      setConflict({ mine: body, theirs });
    },
  });
  return {
    save: (body: Body, revision: string) => save.mutate({ body, revision }),
    busy: save.isPending,
    error: hasReason(save.error, "StaleRevision") ? null : save.error,
    conflict,
    keepEditing: () => setConflict(undefined),
  };
}
