import { request } from "node:http";

/** What a visitor of an app's URL got. */
export interface Visit {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks an app's URL over a new connection, as a new visitor would; ends after 10 s. Browsers resolve `*.localhost` to
 * loopback by themselves (RFC 6761, 6.3), the C library does not, so the connection goes to 127.0.0.1 with its Host.
 */
export function visit(url: string): Promise<Visit> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const address = hostname.endsWith("localhost") ? "127.0.0.1" : hostname;
  return new Promise((resolve, reject) => {
    const options = { host: address, port: port || 80, path: pathname + search, headers: { host }, agent: false };
    const asked = request({ ...options, timeout: 10_000 }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
    asked.on("error", reject);
    asked.end();
  });
}
