import type { NewAppBody } from "./create.ts";

/** What a customer sends to create an app with one small web process; tests change what matters to them. */
export function anApp(name: string, cluster: string, over: Partial<NewAppBody> = {}): NewAppBody {
  return {
    name,
    cluster,
    image: { reference: "registry.example/hello:1" },
    processes: [{ name: "web", type: "Web", command: [], port: 3000, replicas: 2, cpuMillicores: 100, memoryMiB: 128 }],
    variables: [],
    ...over,
  };
}
