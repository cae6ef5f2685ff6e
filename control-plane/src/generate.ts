import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { endpoints } from "./contract/api.ts";
import { openApi } from "./http/openapi.ts";

// The reference for outsiders, committed: a change to the contract shows in the diff.
const file = fileURLToPath(new URL("../../docs/reference/openapi.json", import.meta.url));
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify(openApi(endpoints), null, 2)}\n`);
