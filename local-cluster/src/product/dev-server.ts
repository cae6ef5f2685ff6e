import { spawn } from "node:child_process";
import { workTree } from "../cluster/folder.ts";
import { tied } from "../machine/tie.ts";
import type { ProductOptions } from "./product.ts";

const PORT = 5173;

/** What differs while one works on the product: the control plane restarts on a change, the pages reload. */
export type DevServer = {
  readonly options: Pick<ProductOptions, "env" | "nodeArguments">;
  start(apiPort: number): void;
};

/** Returns the settings under which browsers talk to Vite, which passes calls of the API on. */
export function devServer(): DevServer {
  const env = { SKYPANEL_PUBLIC_URL: `http://localhost:${PORT}` };
  return {
    options: { env, nodeArguments: ["--watch"] },
    start(apiPort) {
      const args = [
        "run",
        "dev",
        "--workspace",
        "web",
        "--",
        "--port",
        String(PORT),
        "--strictPort",
        "--clearScreen",
        "false",
      ];
      const api = { SKYPANEL_API: `http://127.0.0.1:${apiPort}` };
      const [program, ...words] = tied("npm", args);
      const child = spawn(program, words, {
        cwd: workTree,
        stdio: "inherit",
        env: { ...process.env, ...api },
      });
      process.once("exit", () => child.kill());
    },
  };
}
