/** A server that answers byte by byte as a test wants it: the faults that no HTTP library would commit. */

export interface RawServer {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** The request heads, with what came of their bodies in the same packet, oldest first. */
  requests: string[];
  /** Settles when the client has closed the first connection. */
  clientClosed: Promise<void>;
  /** Bytes that the client took, on all connections. */
  written(): number;
  close(): void;
}

/** What a test does with a connection whose request was read. */
export interface RawConnection {
  /** The head, and what came of the body in the same packet. */
  request: string;
  /** Hands everything to the server on `port`, and its answer back. */
  forward(port: number): Promise<void>;
  write(data: string | Uint8Array): Promise<void>;
  /** Settles when the client has closed it. */
  closed: Promise<void>;
}

/**
 * Serves until closed. `answer` returns when the connection is to be closed by this side. With `reset` it is closed with
 * a reset (RST) instead of a FIN: the kernel sends one for a socket that holds unread data, so little is read.
 */
export function startRawServer(
  answer: (connection: RawConnection) => Promise<void> | void,
  { reset = false, port = 0 } = {},
): RawServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const requests: string[] = [];
  const firstClosed = Promise.withResolvers<void>();
  let written = 0;
  const serve = async (connection: Deno.TcpConn) => {
    const buffer = new Uint8Array(reset ? 10 : 65_536);
    const closed = Promise.withResolvers<void>();
    closed.promise.then(firstClosed.resolve);
    try {
      const length = await connection.read(buffer);
      const request = new TextDecoder().decode(buffer.subarray(0, length ?? 0));
      requests.push(request);
      await answer({
        request,
        async forward(port) {
          const upstream = await Deno.connect({ hostname: "127.0.0.1", port });
          await upstream.write(buffer.slice(0, length ?? 0));
          await Promise.race([copy(connection, upstream), copy(upstream, connection)]).finally(() => upstream.close());
        },
        get closed() {
          copy(connection).then(closed.resolve, () => {});
          return closed.promise;
        },
        async write(data) {
          let bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
          while (bytes.length > 0) {
            const count = await connection.write(bytes);
            written += count;
            bytes = bytes.subarray(count);
          }
        },
      });
    } catch {
      closed.resolve();
    } finally {
      connection.close();
    }
  };
  (async () => {
    for await (const connection of listener) serve(connection);
  })().catch(() => {});
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    requests,
    clientClosed: firstClosed.promise,
    written: () => written,
    close: () => listener.close(),
  };
}

/** Reads to the end, and hands on what is read. */
async function copy(from: Deno.Conn, to?: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const length = await from.read(buffer);
    if (length === null) return;
    for (let written = 0; to && written < length;) written += await to.write(buffer.subarray(written, length));
  }
}

/** A whole HTTP answer. */
export function httpAnswer(status: string, body: string, headers: Record<string, string> = {}): string {
  const all = {
    "Content-Type": "application/json",
    "Content-Length": String(new TextEncoder().encode(body).length),
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status}\r\n${head}\r\n${body}`;
}
