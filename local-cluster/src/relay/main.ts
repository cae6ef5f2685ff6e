import { openRelay, parseRoute } from "./relay.ts";

// Each argument is one route. A loopback without IPv6 must not keep the routes of IPv4 from working.
for (const route of process.argv.slice(2).map(parseRoute)) {
  await openRelay(route).catch((error: NodeJS.ErrnoException) => {
    if (!route.listen.host.includes(":") || (error.code !== "EADDRNOTAVAIL" && error.code !== "EAFNOSUPPORT"))
      throw error;
  });
}
