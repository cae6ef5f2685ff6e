import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
/** The folder each image is built in, where that is not the root of the repository. */
const contexts: Readonly<Record<string, string>> = { hello: "images/hello", pause: "local-cluster" };

const read = (image: string) => readFileSync(join(root, "images", image, "Dockerfile"), "utf8");

/** What a Dockerfile copies out of its context; what it copies out of another stage is made there. */
function copied(dockerfile: string): string[] {
  return [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, words]) =>
    (words ?? "").split(" ").slice(0, -1),
  );
}

it.each(globSync("*/Dockerfile", { cwd: import.meta.dirname }).map((path) => path.split("/")[0] ?? ""))(
  "the Dockerfile of %s copies only what is there",
  (image) => {
    const missing = copied(read(image)).filter((path) => !existsSync(join(root, contexts[image] ?? "", path)));
    expect(missing).toEqual([]);
  },
);

it("the control plane's image has what its chart starts", () => {
  const chart = readFileSync(join(root, "helm/skypanel/templates/deployment.yaml"), "utf8");
  const [, pages = "not found"] = /SKYPANEL_WEB_DIR, value: \/app\/(\S+) /.exec(chart) ?? [];
  const [, program = "not found"] = /args: \[node, (\S+)\]/.exec(chart) ?? [];
  const image = read("control-plane");
  expect(image).toContain(`COPY --from=pages /app/${pages} ${pages}\n`);
  expect(image).toContain(`CMD ["node", "${program}"]\n`);
  expect(image).toContain("WORKDIR /app\n");
});

it("the operator's image has what its chart starts, and its local twin too", () => {
  const chart = readFileSync(join(root, "helm/skypanel-operator/templates/deployment.yaml"), "utf8");
  const [, program = "not found"] = /args: \[node, .*?(\S+)\]/.exec(chart) ?? [];
  const twin = readFileSync(join(root, "local-cluster/src/images/operator.ts"), "utf8");
  const image = read("operator");
  expect(image).toContain("COPY --from=programs /app/operator/dist operator/dist\n");
  expect(image).toMatch(new RegExp(`^CMD \\["node", .*"${program}"\\]$`, "m"));
  expect(twin).toContain(`"${program}"]`);
});
