const parts = "^(crds|runtime|operator|control-plane|web|cli|local-cluster|e2e|bench)/";
const crds = "^crds/",
  runtime = "^runtime/",
  op = "^operator/src/",
  cp = "^control-plane/src/",
  web = "^web/src/";
const contract = `${cp}contract/`,
  errors = `${cp}errors\\.ts$`,
  notify = `${cp}db/notify\\.ts$`,
  tests = "\\.test\\.tsx?$";
const kinds = `${op}(tenants|apps|builds|databases|backups|sealed|state)/`,
  words = `${op}(labels|pod|rbac|settings|suspension)\\.ts$`;
const shells = `${kinds}[a-z-]*(controller|gather|git|resolve|unseal|worker)\\.ts$`;
const pureKube = `${op}kube/(outcome|covers|conditions|inventory|resources|hash)\\.ts$`,
  generate = "^crds/src/generate\\.ts$";
const pure = {
  path: [
    kinds,
    words,
    pureKube,
    crds,
    `${cp}desired/(render|fast-import)\\.ts$`,
    `${cp}services/(access|[^/]+/(rate|runway|placement|changes))\\.ts$`,
  ],
  pathNot: [tests, shells, generate, `${op}kube/hash\\.ts$`],
};
const rule = (name, from, to, comment = name) => ({ name, comment, severity: "error", from, to });
const only = (name, from, allowed, comment, own = from) =>
  rule(name, { path: from, pathNot: tests }, { path: parts, pathNot: [own, ...allowed] }, comment);
const door = (name, open, path) =>
  rule(name, { pathNot: `^(e2e|bench)/|${open}` }, { path, dependencyTypesNot: ["type-only"] });

module.exports = {
  forbidden: [
    only("crds-stands-alone", crds, [], "every part bundles it, the browser too"),
    only("runtime-stands-alone", runtime, [], "process plumbing only"),
    only("local-cluster-stands-alone", "^local-cluster/", [], "any Kubernetes can take its place"),
    only("operator-sees-crds-runtime-contract", "^operator/", [crds, runtime, contract]),
    only("control-plane-sees-crds-and-runtime", "^control-plane/", [crds, runtime]),
    only("contract-sees-crds", contract, [crds], "the browser and the operator load it"),
    only("web-sees-crds-and-contract", "^web/", [crds, contract]),
    only("cli-sees-crds-and-contract", "^cli/", [crds, contract]),
    only(
      "features-stay-apart",
      `${web}features/([^/]+)/`,
      [`${web}(api|ui)/`, crds, contract],
      "they meet in app.tsx",
      `${web}features/$1/`,
    ),
    only("ui-knows-no-feature", `${web}ui/`, [crds]),
    only("api-knows-no-screen", `${web}api/`, [crds, contract]),
    only("kube-knows-no-kind", `${op}kube/`, [runtime, "^crds/src/(meta|reasons|limits|time|quantity)\\.ts$"]),
    only("hub-knows-no-kind", `${op}hub/`, [`${op}kube/`, words, crds, runtime, contract]),
    only("kinds-stay-apart", kinds, [`${op}kube/`, words, crds, runtime], "they meet in the cluster", `${op}$1/`),
    only("routes-call-services", `${cp}routes/`, [contract, `${cp}(http|services)/`, errors, crds]),
    only("agent-calls-services", `${cp}agent/`, [
      contract,
      `${cp}(http|services|desired)/`,
      notify,
      errors,
      crds,
      runtime,
    ]),
    only("live-calls-services", `${cp}live/`, [contract, `${cp}(http|services|agent)/`, notify, errors, crds, runtime]),
    only("services-know-no-http", `${cp}services/`, [contract, `${cp}(repositories|desired|db)/`, errors, crds]),
    rule(
      "modules-meet-in-services",
      { path: `${cp}services/([^/]+)/`, pathNot: tests },
      { path: `${cp}repositories/`, pathNot: `${cp}repositories/$1/` },
      "ask the other module's service",
    ),
    only("repositories-know-no-rules", `${cp}repositories/`, [`${cp}db/`, contract, errors, crds]),
    only("desired-sees-rows", `${cp}desired/`, [`${cp}(db|repositories)/`, contract, errors, crds, runtime]),
    only("http-knows-no-module", `${cp}http/`, [contract, `${cp}services/access\\.ts$`, errors, crds, runtime]),
    only("db-knows-no-table", `${cp}db/`, [errors, runtime]),
    rule(
      "control-plane-knows-no-kubernetes",
      { pathNot: "^(operator|e2e|bench|local-cluster)/" },
      { path: "node_modules/@kubernetes/" },
      "pull only; not even its types",
    ),
    door("one-door-to-kubernetes", `${op}(kube/kubeconfig|hub/tunnel/(logs|exec))\\.ts$`, "node_modules/@kubernetes/"),
    door("one-door-to-git", `${op}builds/resolve\\.ts$|${cp}desired/mirror\\.ts$`, "node_modules/simple-git/"),
    door("one-door-to-postgres", `${cp}(db|repositories)/`, "node_modules/(pg|graphile-worker)/"),
    door("one-door-to-tokens", `${cp}http/tokens\\.ts$|${op}hub/token\\.ts$`, "node_modules/jsonwebtoken/"),
    door("one-door-to-yaml", "^crds/src/yaml\\.ts$", "node_modules/yaml/"),
    door(
      "one-door-to-processes",
      `(${cp}desired|${op}state)/git\\.ts$|${cp}db/embedded\\.ts$|^local-cluster/|${tests}`,
      "^(node:)?(child_process|cluster)$",
    ),
    rule(
      "pure-core",
      pure,
      {
        dependencyTypes: ["core", "npm", "npm-dev", "npm-no-pkg"],
        pathNot: "node_modules/(zod|yaml|@kubernetes/client-node)/",
      },
      "decisions read no clock, disk or network",
    ),
    rule("pure-core-calls-no-shell", pure, {
      path: [shells, `${op}(kube|hub)/`, `${cp}(db|repositories)/`],
      pathNot: pureKube,
      dependencyTypesNot: ["type-only"],
    }),
    rule("browser-safe", { path: [contract, crds, web], pathNot: [tests, generate] }, { dependencyTypes: ["core"] }),
    rule("no-unresolvable", {}, { couldNotResolve: true }, "an import that is not seen is not checked"),
    rule("no-cycles", {}, { circular: true }),
    rule("no-orphans", { orphan: true, pathNot: "(\\.d|\\.config)\\.ts$" }, {}),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^[^/]+/dist/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      // without these a workspace import is not resolved, and so not checked
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".cjs", ".mjs", ".json"],
    },
  },
};
