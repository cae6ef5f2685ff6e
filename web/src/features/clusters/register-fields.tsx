import type { UseFormReturn } from "react-hook-form";
import { Field, NumberInput, TextInput } from "../../ui/field.tsx";
import { asNumber } from "../../ui/form-values.ts";
import type { RegisterInput } from "./register-body.ts";

/** The fields of a new cluster. */
export function RegisterFields<Out>({ form }: { form: UseFormReturn<RegisterInput, unknown, Out> }) {
  const { register, formState } = form;
  const { errors } = formState;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Name" hint="As people read it: Frankfurt 2." error={errors.name?.message}>
        <TextInput autoComplete="off" {...register("name")} />
      </Field>
      <Field
        label="Short name"
        hint="Lower-case letters, digits and -. It cannot be changed later."
        error={errors.slug?.message}
      >
        <TextInput mono autoComplete="off" spellCheck={false} autoCapitalize="none" {...register("slug")} />
      </Field>
      <Field label="Region" hint="Customers choose by it." error={errors.region?.message}>
        <TextInput autoComplete="off" {...register("region")} />
      </Field>
      <Field label="Base domain" hint="Apps answer below it: shop.apps.example.com." error={errors.baseDomain?.message}>
        <TextInput
          mono
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
          placeholder="apps.example.com"
          {...register("baseDomain")}
        />
      </Field>
      <Field
        label="Ingress class"
        hint="Of the ingress controller that takes the traffic."
        error={errors.ingress?.class?.message}
      >
        <TextInput mono autoComplete="off" spellCheck={false} {...register("ingress.class")} />
      </Field>
      <Field
        label="Ingress namespace"
        hint="Where that controller runs; apps take traffic from nowhere else."
        error={errors.ingress?.namespace?.message}
      >
        <TextInput mono autoComplete="off" spellCheck={false} {...register("ingress.namespace")} />
      </Field>
      <Field label="Ingress port" hint="Where people connect." error={errors.ingress?.port?.message}>
        <NumberInput min={1} max={65_535} {...register("ingress.port", { setValueAs: asNumber })} />
      </Field>
      <label className="flex min-h-6 items-center gap-2 text-sm sm:col-span-2">
        <input type="checkbox" className="size-4" {...register("ingress.tls")} />
        Apps answer over HTTPS
      </label>
    </div>
  );
}
