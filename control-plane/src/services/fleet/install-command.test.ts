import { expect, test } from "vitest";
import { installCommand } from "./install-command.ts";

const installation = {
  publicUrl: "https://panel.example",
  chart: "oci://registry.example/skypanel-operator",
  slug: "w1",
};

test("reads the token from standard input", () => {
  expect(
    installCommand(installation),
  ).toBe(`kubectl create namespace skypanel-system --dry-run=client --output=yaml | kubectl apply --filename - &&
read -rsp 'Registration token: ' TOKEN && printf %s "$TOKEN" |
  kubectl --namespace skypanel-system create secret generic skypanel-registration --from-file=token=/dev/stdin &&
helm upgrade --install skypanel-operator oci://registry.example/skypanel-operator --namespace skypanel-system \\
  --set controlPlane.url=https://panel.example \\
  --set registration.existingSecret=skypanel-registration \\
  --set clusterName=w1`);
});

test("says so when the panel has no certificate", () => {
  expect(installCommand({ ...installation, publicUrl: "http://127.0.0.1:8080" })).toContain("allowInsecure=true");
  expect(installCommand(installation)).not.toContain("allowInsecure");
});
