import { expect, it } from "vitest";
import { chainNames, restoreInput, savedChains } from "./iptables.ts";

const verdict = {
  address: "10.244.0.254",
  ingress: [{ block: "10.0.0.1/32", protocol: "tcp", ports: "80" }],
  egress: [],
};

it("writes one transaction that also forgets what is no more", () => {
  expect(restoreInput([verdict], ["SKYPOD-10-244-0-9-in"])).toBe(`*filter
:SKYPANEL-POLICY - [0:0]
:SKYPOD-10-244-0-254-out - [0:0]
:SKYPOD-10-244-0-254-in - [0:0]
:SKYPOD-10-244-0-9-in - [0:0]
-A SKYPANEL-POLICY -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
-A SKYPANEL-POLICY -s 10.244.0.254/32 -j SKYPOD-10-244-0-254-out
-A SKYPOD-10-244-0-254-out -j REJECT --reject-with icmp-port-unreachable
-A SKYPANEL-POLICY -d 10.244.0.254/32 -j SKYPOD-10-244-0-254-in
-A SKYPOD-10-244-0-254-in -s 10.0.0.1/32 -p tcp --dport 80 -j RETURN
-A SKYPOD-10-244-0-254-in -j REJECT --reject-with icmp-port-unreachable
-X SKYPOD-10-244-0-9-in
COMMIT
`);
});

it("names chains no longer than the kernel allows", () => {
  const names = chainNames([{ ...verdict, address: "255.255.255.255" }]);
  expect(names.every((name) => name.length <= 28)).toBe(true);
});

it("finds its own chains among others", () => {
  expect(savedChains(":INPUT ACCEPT [0:0]\n:SKYPOD-10-0-0-1-in - [0:0]\n:KUBE-FORWARD - [0:0]")).toEqual([
    "SKYPOD-10-0-0-1-in",
  ]);
});
