import { useMutation } from "@tanstack/react-query";
import { Play, RotateCw, Square } from "lucide-react";
import { toast } from "sonner";
import { call } from "../../api/client.ts";
import { queryClient } from "../../api/runtime.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { troubleOf } from "../../ui/trouble.ts";
import { type App, type AppParams, appQuery } from "./use-app.ts";

type Verb = "start" | "stop" | "restart";

const done: Record<Verb, string> = {
  start: "Starting at its old size.",
  stop: "Stopping. Size, data and address stay.",
  restart: "Restarting its instances one after the other.",
};

/** Start, stop and restart: done at once, followed on the page. */
export function AppActions({ params, app }: { params: AppParams; app: App }) {
  const act = useMutation({
    mutationFn: (verb: Verb) =>
      call(`POST /orgs/{org}/apps/{app}/${verb}`, { params: { org: params.org, app: params.app } }),
    onSuccess(next, verb) {
      queryClient.setQueryData(appQuery(params).queryKey, next);
      toast.success(done[verb]);
    },
    onError: (error) => toast.error(troubleOf(error).title, { description: troubleOf(error).detail }),
  });
  const busy = (verb: Verb) => act.isPending && act.variables === verb;
  if (app.state === "Stopped") {
    return (
      <ActionButton look="primary" busy={busy("start")} onClick={() => act.mutate("start")}>
        <Play aria-hidden />
        Start
      </ActionButton>
    );
  }
  return (
    <>
      <ActionButton busy={busy("restart")} disabled={act.isPending} onClick={() => act.mutate("restart")}>
        <RotateCw aria-hidden />
        Restart
      </ActionButton>
      <ActionButton busy={busy("stop")} disabled={act.isPending} onClick={() => act.mutate("stop")}>
        <Square aria-hidden />
        Stop
      </ActionButton>
    </>
  );
}
