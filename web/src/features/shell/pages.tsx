import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { PageHead } from "../../ui/page.tsx";

/** One page for what does not exist and for what is not yours: it does not tell which. */
export function NotFound() {
  return (
    <>
      <PageHead title="Not found" below="There is nothing here, or you may not see it." />
      <div>
        <Button asChild>
          <Link to="/">Go to the start</Link>
        </Button>
      </div>
    </>
  );
}

/** A page within the shell that could not begin: the API is away, or a chunk is gone. */
export function Failed({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <>
      <PageHead title="This page could not be shown" />
      <ErrorPanel error={error} onRetry={() => void router.invalidate()} />
    </>
  );
}

/** The same where there is no shell, because the session itself could not be read. */
export function FailedAlone(props: ErrorComponentProps) {
  return (
    <main className="mx-auto grid max-w-xl gap-6 px-4 py-12">
      <Failed {...props} />
    </main>
  );
}

/** For someone who belongs to no organisation yet. */
export function NoOrganisation() {
  return (
    <>
      <PageHead title="Welcome" />
      <Empty>You are not a member of an organisation yet. Ask whoever invited you to add you to theirs.</Empty>
    </>
  );
}
