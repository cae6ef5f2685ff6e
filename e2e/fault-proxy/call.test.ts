import { expect, test } from "vitest";
import { asked, isWrite } from "./call.ts";

const apply = "application/apply-patch+yaml";
const ssa = "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=x";

test.each([
  ["GET", "/api/v1/nodes", "", "list nodes", "//"],
  ["GET", "/api/v1/pods?watch=true&resourceVersion=", "", "watch pods", "//"],
  ["GET", "/api/v1/pods?watch=0", "", "list pods", "//"],
  ["GET", "/api/v1/namespaces/shop", "", "get namespaces", "/shop/"],
  ["GET", "/api/v1/namespaces/shop/status", "", "get namespaces", "/shop/status"],
  ["GET", "/api/v1/namespaces/shop/pods", "", "list pods", "shop//"],
  ["GET", "/api/v1/namespaces/shop/pods/web-1/log?follow=1", "", "get pods", "shop/web-1/log"],
  ["POST", "/api/v1/namespaces/shop/events", "", "create events", "shop//"],
  ["PUT", "/api/v1/namespaces/shop/pods/a%3Ab", "", "update pods", "shop/a:b/"],
  ["PUT", "/api/v1/namespaces/shop/pods/%", "", "update pods", "shop/%/"],
  ["PATCH", ssa, apply, "apply deployments", "shop/web/"],
  ["PATCH", ssa, "application/merge-patch+json", "patch deployments", "shop/web/"],
  ["DELETE", "/apis/apps/v1/namespaces/shop/deployments/web", "", "delete deployments", "shop/web/"],
  ["DELETE", "/apis/apps/v1/namespaces/shop/deployments", "", "deletecollection deployments", "shop//"],
  ["PATCH", "/apis/paas.skypanel.io/v1/tenants/t/status", apply, "apply tenants", "/t/status"],
  ["OPTIONS", "/api/v1/pods", "", "options pods", "//"],
  ["GET", "/readyz?verbose", "", "get /readyz", "//"],
  ["GET", "/apis/apps/v1", "", "get /apis/apps/v1", "//"],
  ["POST", "/git/worker.git/git-upload-pack", "", "post /git/worker.git/git-upload-pack", "//"],
])("%s %s %s asks to %s of %s", (method, path, type, what, where) => {
  const call = asked(method, path, type);
  expect(`${call.verb} ${call.resource}`).toBe(what);
  expect(`${call.namespace}/${call.name}/${call.subresource}`).toBe(where);
});

test.each([
  ["GET", "/api/v1/pods", false],
  ["PATCH", "/api/v1/namespaces/shop/services/web", true],
  ["DELETE", "/api/v1/namespaces/shop/services/web", true],
  ["PATCH", "/apis/coordination.k8s.io/v1/namespaces/shop/leases/us", false],
])("%s %s is a write: %s", (method, path, expected) => {
  expect(isWrite(asked(method, path))).toBe(expected);
});
