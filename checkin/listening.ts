import { type Clock, settlesWithin } from "./clock.ts";

/** A connection within a data center takes milliseconds. */
const CONNECT_MS = 3_000;

/**
 * Whether something accepts connections at the address of `url`: a server that accepts one and does not answer is not a
 * network that drops packets. Never rejects; with a proxy in between it looks at the address itself.
 */
export async function isListening(url: string, clock: Pick<Clock, "sleep">): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const connecting = Deno.connect({
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port) || (protocol === "https:" ? 443 : 80),
  }).then((connection) => connection.close());
  const isConnected = connecting.then(() => true, () => false);
  return await settlesWithin(clock, CONNECT_MS, isConnected) && await isConnected;
}
