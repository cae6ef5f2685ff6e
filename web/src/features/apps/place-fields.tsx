import { useFormContext, useWatch } from "react-hook-form";
import { Field, Select, TextInput } from "../../ui/field.tsx";
import { hintOf } from "./app-hints.ts";
import type { CreateInput, Region } from "./create-body.ts";

/** Name, image and cluster of a new app. */
export function PlaceFields({ regions }: { regions: readonly Region[] }) {
  const { register, control, formState } = useFormContext<CreateInput>();
  const { errors } = formState;
  const [name, cluster] = useWatch({ control, name: ["name", "cluster"] });
  const place = regions.flatMap(({ clusters }) => clusters).find(({ slug }) => slug === cluster);
  const address =
    place && name
      ? `Its address will be ${name}.${place.baseDomain}.`
      : "Lower-case letters, digits and -. It cannot be changed later.";
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Name" hint={address} error={errors.name?.message}>
        <TextInput autoComplete="off" spellCheck={false} autoCapitalize="none" {...register("name")} />
      </Field>
      <Field label="Cluster" hint={place ? undefined : "Where the app runs."} error={errors.cluster?.message}>
        <Select {...register("cluster")}>
          <option value="">Choose a cluster</option>
          {regions.map((region) => (
            <optgroup key={region.name} label={region.name}>
              {region.clusters.map(({ slug, name: title, available, reason }) => (
                <option key={slug} value={slug} disabled={!available}>
                  {available ? title : `${title}: ${reason ?? "not available"}`}
                </option>
              ))}
            </optgroup>
          ))}
        </Select>
      </Field>
      <Field
        {...hintOf("spec.source.image.reference")}
        label="Image"
        error={errors.image?.reference?.message}
        className="sm:col-span-2"
      >
        <TextInput
          mono
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
          placeholder="registry.example/team/app:1.2"
          {...register("image.reference")}
        />
      </Field>
    </div>
  );
}
