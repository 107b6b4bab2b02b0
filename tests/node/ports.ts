/** Ports that no kernel gives to who asks for any: what is free here now is free when it is used. */
const PORTS = { from: 10_000, count: 20_000 };

/**
 * A port of this machine that nobody has, by the kernel's list of sockets (proc(5), /proc/net/tcp): one that was tried
 * out would be taken for as long as the runtime takes to close it. Throws an Error where none is found.
 */
export async function freePort(transport: "tcp" | "udp"): Promise<number> {
  const taken = new Set<number>();
  for (const table of [transport, `${transport}6`]) {
    const sockets = await Deno.readTextFile(`/proc/net/${table}`).catch(nothingIfMissing);
    for (const [, port = ""] of sockets.matchAll(/^ *\d+: [\dA-F]+:([\dA-F]{4}) /gm)) taken.add(parseInt(port, 16));
  }
  for (let tries = 0; tries < 100; tries++) {
    const port = PORTS.from + Math.floor(Math.random() * PORTS.count);
    if (!taken.has(port)) return port;
  }
  throw new Error(`no free ${transport} port from ${PORTS.from} on`);
}

/** A kernel without IPv6 has no list of its sockets. */
function nothingIfMissing(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "";
  throw error;
}
