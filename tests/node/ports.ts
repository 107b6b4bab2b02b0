import { createSocket } from "node:dgram";

/** Ports that no kernel gives to who asks for any: what is free here now is free when it is used. */
const PORTS = { from: 10_000, count: 20_000 };

/** A port of this machine that nobody has. Throws an Error where none is found. */
export async function freePort(transport: "tcp" | "udp"): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    if (await isFree(transport, port)) return port;
  }
  throw new Error(`no free ${transport} port from ${PORTS.from} on`);
}

async function isFree(transport: "tcp" | "udp", port: number): Promise<boolean> {
  if (transport === "tcp") {
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) return false;
      throw error;
    }
  }
  const socket = createSocket("udp4");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on("error", () => resolve(false));
  socket.bind(port, "127.0.0.1", () => resolve(true));
  const isBound = await promise;
  socket.close();
  return isBound;
}
