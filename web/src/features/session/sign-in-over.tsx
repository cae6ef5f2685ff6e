import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { queryClient, resumeSession, useSignedOut } from "../../api/runtime.ts";
import { type Session, sessionQuery } from "../../api/session.ts";
import { Dialog } from "../../ui/dialog.tsx";

const SignInForm = lazy(async () => ({ default: (await import("./sign-in-form.tsx")).SignInForm }));

/** Over the page when the session ended at work: what was typed stays, and waiting requests go on after it. */
export function SignInOver() {
  const signedOut = useSignedOut();
  const { data: before } = useQuery(sessionQuery);
  const onSignedIn = (session: Session) => {
    // Someone else: nothing of the person before may stay on the page.
    if (session.user.id !== before?.user.id) return window.location.assign("/");
    queryClient.setQueryData(sessionQuery.queryKey, session);
    resumeSession();
  };
  return (
    <Dialog
      open={signedOut}
      onOpenChange={() => undefined}
      locked
      title="Sign in again"
      description="Your session has ended. What you typed is kept."
    >
      <Suspense>
        <SignInForm email={before?.user.email ?? ""} onSignedIn={onSignedIn} />
      </Suspense>
    </Dialog>
  );
}
