import { randomUUID } from "node:crypto";
import { Failure } from "../machine/failure.ts";
import type { Account } from "./account.ts";

/** Calls the panel's API as its administrator; `path` is below /api/v1. */
export type PanelClient = (method: "GET" | "POST" | "PATCH", path: string, body?: object) => Promise<unknown>;

const UNAUTHENTICATED = 401;

/** Returns a client of the panel at `url`, known to browsers as `origin`; it signs in when it has to: a first start outlasts a session. */
export function panelClient(url: string, origin: string, { email, password }: Account): PanelClient {
  let cookies = "";
  const send = (method: string, path: string, body?: object) =>
    fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        origin,
        "x-skypanel-request": "1",
        cookie: cookies,
        ...(body && { "content-type": "application/json" }),
        ...(method === "POST" && { "idempotency-key": randomUUID() }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const signIn = async () => {
    const response = await accepted("/auth/login", await send("POST", "/auth/login", { email, password }));
    const pairs = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    cookies = pairs.join("; ");
  };
  return async (method, path, body) => {
    if (cookies === "") await signIn();
    let response = await send(method, path, body);
    if (response.status === UNAUTHENTICATED) {
      await signIn();
      response = await send(method, path, body);
    }
    return (await accepted(path, response)).json();
  };
}

async function accepted(path: string, response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new Failure(`The panel answered ${response.status} to ${path}: ${(await response.text()).slice(0, 500)}`);
}
