import { getRouteApi, useRouter } from "@tanstack/react-router";
import { queryClient, resumeSession } from "../../api/runtime.ts";
import { sessionQuery } from "../../api/session.ts";
import { SignInForm } from "./sign-in-form.tsx";

const route = getRouteApi("/sign-in");

/** The way in; afterwards to where the person was going. */
export function SignInPage() {
  const { to } = route.useSearch();
  const router = useRouter();
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <title>Sign in · SkyPanel</title>
      <div className="card grid w-full max-w-sm gap-6 p-6 shadow-raised sm:p-8">
        <div className="grid justify-items-start gap-4">
          <img src="/favicon.svg" alt="" width={36} height={36} />
          <div>
            <h1 className="text-xl font-semibold tracking-tight">Sign in to SkyPanel</h1>
            <p className="mt-1 text-sm text-muted">Your apps, on your provider's clusters.</p>
          </div>
        </div>
        <SignInForm
          onSignedIn={(session) => {
            queryClient.setQueryData(sessionQuery.queryKey, session);
            // A stream of whoever was signed in before does not live on.
            resumeSession();
            router.history.push(isLocal(to) ? to : "/");
          }}
        />
      </div>
    </main>
  );
}

/** Only a path of this site: a link may not send a freshly signed-in person elsewhere. */
function isLocal(to: string | undefined): to is string {
  if (!to?.startsWith("/")) return false;
  return new URL(to, window.location.origin).origin === window.location.origin;
}
