import { customResourceDefinition } from "./crd.ts";
import { kinds } from "./kinds.ts";
import { reasonsPage, referencePage } from "./reference.ts";
import { writeYaml } from "./yaml.ts";

const notice = "# Generated from crds/src/kinds by `npm run generate`.\n";

/** Every file that comes from the kinds: path from the root of the repository → content. */
export function generatedFiles(): Map<string, string> {
  const files = new Map([["docs/reference/reasons.md", reasonsPage()]]);
  for (const kind of kinds) {
    files.set(`helm/skypanel-operator/crds/${kind.plural}.yaml`, notice + writeYaml(customResourceDefinition(kind)));
    files.set(`docs/reference/${kind.singular}.md`, referencePage(kind));
  }
  return files;
}
