import type { Host } from "../../host/mod.ts";
import { nonEmpty, prune } from "../../values.ts";
import { expectAtMost, splitLines } from "../parsing.ts";
import type { HostFiles } from "./files.ts";

/** A default route. */
export interface Route {
  /** Version of IP. */
  family: "IPv4" | "IPv6";
  /** 0.0.0.0/0, ::/0 */
  destination: string;
  /** Omitted where the route has none, as on a point-to-point link. */
  gateway?: string;
  /** Interface that the route goes through. */
  interface: string;
  /** Of several the lowest is used. */
  metric: number;
}

/** RTF_UP and RTF_REJECT of include/uapi/linux/route.h. */
const UP = 0x1, REJECT = 0x200;

/**
 * The default routes of /proc/net/route (fib_route_seq_show in net/ipv4/fib_trie.c): the main table, with addresses as
 * the 32-bit numbers that they are in memory, which on the little-endian machines that this program runs on turns their
 * octets round.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const text = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\n";
 * deepStrictEqual(parseIpv4Routes(text), [
 *   { family: "IPv4", destination: "0.0.0.0/0", gateway: "192.0.2.1", interface: "eth0", metric: 100 },
 * ]);
 * ```
 */
export function parseIpv4Routes(text: string): Route[] {
  const routes = splitLines(text, "/proc/net/route", MOST_ROUTES).flatMap((line) => {
    const [name, destination, gateway = "", flags, , , metric, mask] = line.trim().split(/\s+/);
    if (destination !== "00000000" || mask !== "00000000" || !isUsed(flags)) return [];
    return prune<Route>({
      family: "IPv4",
      destination: "0.0.0.0/0",
      gateway: ipv4(gateway),
      interface: name!,
      metric: Number(metric) || 0,
    });
  });
  expectAtMost(MOST_DEFAULT_ROUTES, routes.length, "/proc/net/route", "default routes");
  return routes;
}

/**
 * The default routes of /proc/net/ipv6_route (ipv6_route_seq_show in net/ipv6/ip6_fib.c), numbers in hex: destination,
 * its prefix, source, its prefix, gateway, metric, references, uses, flags, interface.
 */
export function parseIpv6Routes(text: string): Route[] {
  const routes = splitLines(text, "/proc/net/ipv6_route", MOST_ROUTES).flatMap((line) => {
    const [destination = "", prefix, , , gateway = "", metric = "", , , flags, name] = line.trim().split(/\s+/);
    if (!/^0{32}$/.test(destination) || prefix !== "00" || name === undefined || !isUsed(flags)) return [];
    return prune<Route>({
      family: "IPv6",
      destination: "::/0",
      gateway: ipv6(gateway),
      interface: name,
      metric: parseInt(metric, 16) || 0,
    });
  });
  expectAtMost(MOST_DEFAULT_ROUTES, routes.length, "/proc/net/ipv6_route", "default routes");
  return routes;
}

/** What a router that knows the whole internet has. */
const MOST_ROUTES = 2_000_000;
/** One or two for each interface; each is in the facts. */
const MOST_DEFAULT_ROUTES = 1_000;

function isUsed(flags: string | undefined): boolean {
  const bits = parseInt(flags ?? "", 16);
  return (bits & UP) !== 0 && (bits & REJECT) === 0;
}

function ipv4(hex: string): string | undefined {
  if (!/^[0-9A-F]{8}$/i.test(hex) || /^0+$/.test(hex)) return undefined;
  return hex.match(/../g)!.map((octet) => parseInt(octet, 16)).reverse().join(".");
}

/** The shortest form (RFC 5952), which URLs have. */
function ipv6(hex: string): string | undefined {
  if (!/^[0-9a-f]{32}$/i.test(hex) || /^0+$/.test(hex)) return undefined;
  return new URL(`http://[${hex.match(/.{4}/g)!.join(":")}]/`).hostname.slice(1, -1);
}

/**
 * The default routes, the preferred ones first: process 1's, which are the host's where this process is in a container.
 * Where /proc is this process's own (`roots`), its own routes are the same, and need no root.
 */
export async function readRoutes({ roots }: Host, files: HostFiles): Promise<Route[] | undefined> {
  const net = roots.proc === "/proc" ? "/proc/net" : "/proc/1/net";
  const [ipv4, ipv6] = await Promise.all([files.text(`${net}/route`), files.text(`${net}/ipv6_route`)]);
  const order = (a: Route, b: Route) => a.metric - b.metric;
  const routes = [...parseIpv4Routes(ipv4 ?? "").sort(order), ...parseIpv6Routes(ipv6 ?? "").sort(order)];
  return nonEmpty(routes);
}
