import { once } from "node:events";
import { createServer } from "node:http";
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { createWebSocketStream, type WebSocket, WebSocketServer } from "ws";

/** An answer of the operator: the body's bytes as text, and the headers but for the date. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The other end of a tunnel in whoever's hands: it may ask what it likes. For tests. */
export interface AFarEnd {
  readonly url: URL;
  /** Tunnels that were asked for, with the credential each came with. */
  readonly asked: readonly string[];
  /** What came since, but for pongs. */
  readonly sockets: readonly WebSocket[];
  /** The session in the newest tunnel. */
  session(): ClientHttp2Session;
  ask(method: string, path: string, body?: string | Uint8Array): Promise<Answered>;
  /** Answers the next requests for a tunnel with this status instead; undefined opens them again. */
  refuseWith(status: number | undefined): void;
  close(): Promise<void>;
}

/** Opens it on a port of loopback; `isMute`: it answers no ping. */
export async function aFarEnd({ isMute = false } = {}): Promise<AFarEnd> {
  const asked: string[] = [];
  const sockets: WebSocket[] = [];
  const sessions: ClientHttp2Session[] = [];
  let refusal: number | undefined;
  const server = createServer();
  const tunnels = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: !isMute });
  server.on("upgrade", (request, socket, head) => {
    asked.push(request.headers.authorization ?? "");
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    tunnels.handleUpgrade(request, socket, head, (webSocket) => {
      const duplex = createWebSocketStream(webSocket);
      const session = connect("http://operator.invalid", { createConnection: () => duplex });
      for (const end of [duplex, session]) end.on("error", () => {}); // tunnels are cut here on purpose
      webSocket.once("close", () => duplex.destroy());
      sockets.push(webSocket);
      sessions.push(session);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // listening on TCP
  const session = () => {
    const newest = sessions.at(-1);
    if (newest === undefined) throw new Error("no tunnel is open");
    return newest;
  };
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    ...{ asked, sockets, session },
    ask: async (method, path, body) => {
      const stream = session().request({ ":method": method, ":path": path }, { endStream: body === undefined });
      let text = "";
      stream.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      const closed = once(stream, "close"); // whoever is answered before all of a body is sent sees no end
      if (body !== undefined) stream.end(body);
      const [all] = (await once(stream, "response")) as [IncomingHttpHeaders]; // as http2 documents the event
      await closed;
      const { ":status": status, date: _, ...headers } = all;
      return { status: Number(status), text, headers };
    },
    refuseWith: (next) => {
      refusal = next;
    },
    close: async () => {
      for (const socket of sockets) socket.terminate();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
