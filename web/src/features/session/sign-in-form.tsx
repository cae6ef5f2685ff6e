import { useMutation } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { useForm } from "react-hook-form";
import { call } from "../../api/client.ts";
import type { Session } from "../../api/session.ts";
import { ActionButton } from "../../ui/action-button.tsx";
import { ErrorPanel } from "../../ui/error-panel.tsx";
import { Field, TextInput } from "../../ui/field.tsx";

interface Props {
  email?: string;
  onSignedIn: (session: Session) => void;
}

/** E-mail address and password, named so that password managers find them. */
export function SignInForm({ email = "", onSignedIn }: Props) {
  const { register, handleSubmit, formState } = useForm({ defaultValues: { email, password: "" } });
  const [capsLock, setCapsLock] = useState(false);
  const login = useMutation({
    mutationFn: (body: { email: string; password: string }) => call("POST /auth/login", { body }),
    onSuccess: onSignedIn,
  });
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <form onSubmit={handleSubmit((body) => login.mutate(body))} noValidate className="grid gap-4">
      {login.error && <ErrorPanel error={login.error} />}
      <Field label="E-mail address" error={formState.errors.email?.message}>
        <TextInput
          type="email"
          autoComplete="username"
          {...register("email", { required: "Enter your e-mail address." })}
        />
      </Field>
      <Field
        label="Password"
        error={formState.errors.password?.message}
        hint={capsLock ? <span role="status">Caps Lock is on.</span> : undefined}
      >
        <TextInput
          type="password"
          autoComplete="current-password"
          onKeyDown={watchCapsLock}
          onKeyUp={watchCapsLock}
          {...register("password", { required: "Enter your password." })}
        />
      </Field>
      <ActionButton type="submit" look="primary" busy={login.isPending} className="h-10">
        Sign in
      </ActionButton>
    </form>
  );
}
