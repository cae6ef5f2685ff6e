import { expect, it } from "vitest";
import { aCluster, silent } from "./a-world.ts";
import { discover } from "./discovery.ts";
import { KubeError } from "./kube.ts";
import { type ChildKind, configMaps, resourceName } from "./resources.ts";

const routes: ChildKind = { ...configMaps, group: "gateway.networking.k8s.io", plural: "httproutes", optional: true };
const certificates: ChildKind = { ...configMaps, group: "cert-manager.io", plural: "certificates", optional: true };

function aDiscovery(...absent: readonly ChildKind[]) {
  const { clock, kube } = aCluster();
  for (const resource of absent) kube.absent.add(resourceName(resource));
  const changes: string[] = [];
  const open = () =>
    discover({
      ...{ kube, clock, log: silent, optional: [routes, certificates] },
      onChange: (resource, isServed) => changes.push(`${resource.plural} ${isServed}`),
    });
  return { clock, kube, changes, open };
}

it("an optional collection is found at start, and looked for every 10 min", async () => {
  const { clock, kube, changes, open } = aDiscovery(certificates);
  const discovery = open();
  await discovery.known;
  expect(changes).toEqual(["httproutes true"]);
  kube.absent.clear();
  await clock.advance(599_999);
  expect(changes).toHaveLength(1);
  await clock.advance(1);
  expect(changes).toEqual(["httproutes true", "certificates true"]);
  discovery.stop();
});

it("an optional collection that a watch no longer finds is looked for soon", async () => {
  const { clock, kube, changes, open } = aDiscovery();
  const discovery = open();
  await discovery.known;
  kube.absent.add(resourceName(routes));
  discovery.doubt(routes);
  await clock.advance(5_000);
  expect(changes.at(-1)).toBe("httproutes false");
  discovery.stop();
});

it("an optional collection of which the API says nothing is asked for until it does", async () => {
  const { clock, kube, changes, open } = aDiscovery();
  const down = new KubeError("unavailable", "down", { status: 503 });
  for (let n = 0; n < 3; n += 1) kube.failNext("list httproutes", down);
  const discovery = open();
  let isKnown = false;
  void discovery.known.then(() => {
    isKnown = true;
  });
  await clock.advance(14_999);
  expect([isKnown, changes]).toEqual([false, ["certificates true"]]);
  await clock.advance(1);
  expect([isKnown, changes]).toEqual([true, ["certificates true", "httproutes true"]]);
  kube.failNext("list", down);
  await clock.advance(600_000);
  expect(changes).toHaveLength(2); // silence takes nothing away
  discovery.stop();
});

it("an optional collection is not looked for any more once stopped", async () => {
  const { clock, changes, open } = aDiscovery();
  open().stop();
  await clock.advance(1_200_000);
  expect([changes, clock.pending()]).toEqual([[], 0]);
});
