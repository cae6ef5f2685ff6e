import { writeFileSync } from "node:fs";
import { writeYaml } from "@skypanel/crds/yaml.ts";
import { operatorRules, selfRules, tenantRules } from "./rbac.ts";

// Writes the rules of the operator's roles into its chart, which puts names and subjects round them.
const files = { "operator-role": operatorRules, "tenant-role": tenantRules, "self-role": selfRules };
for (const [name, rules] of Object.entries(files)) {
  writeFileSync(new URL(`../../helm/skypanel-operator/files/${name}.yaml`, import.meta.url), writeYaml(rules));
}
