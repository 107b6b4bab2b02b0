/** The name servers of the host. */
import { nonEmpty } from "../../values.ts";
import { splitLines } from "../parsing.ts";
import type { HostFiles } from "./files.ts";

const HOST = "/proc/1/root", RESOLVED = `${HOST}/run/systemd/resolve/resolv.conf`;

/** What /etc/resolv.conf is a link to where a program of the host's keeps it. */
export const RESOLV_CONF_TARGETS = [
  "run/systemd/resolve/resolv.conf",
  "run/systemd/resolve/stub-resolv.conf",
  "run/NetworkManager/resolv.conf",
  "run/resolvconf/resolv.conf",
  "run/netconfig/resolv.conf",
] as const;

/** Those of process 1, which in a container is the host's; where systemd-resolved stands between, those that it asks. */
export async function readNameServers(files: HostFiles): Promise<string[] | undefined> {
  const link = await files.link(`${HOST}/etc/resolv.conf`);
  // The kernel would look for the target of a link in this process's own root.
  const target = link?.replace(/^(\.\.)?\/+/, "").replace(/^var\/run\//, "run/");
  const path = RESOLV_CONF_TARGETS.find((known) => known === target);
  if (link?.startsWith("/") && path === undefined) return undefined;
  const text = await files.text(path === undefined ? `${HOST}/etc/resolv.conf` : `${HOST}/${path}`);
  const servers = text === undefined ? [] : parseNameServers(text);
  if (servers.length === 0 || !servers.every((server) => STUBS.has(server))) return nonEmpty(servers);
  const asked = parseNameServers(await files.text(RESOLVED) ?? "");
  return asked.length > 0 ? asked : servers;
}

/** Where systemd-resolved listens (systemd-resolved.service(8)). */
const STUBS = new Set(["127.0.0.53", "127.0.0.54"]);

/**
 * The servers of a resolv.conf(5), in its order.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(parseNameServers("# made by hand\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\n"), [
 *   "192.0.2.53",
 *   "fe80::1%eth0",
 * ]);
 * ```
 */
export function parseNameServers(text: string): string[] {
  const servers = splitLines(text, "/etc/resolv.conf").flatMap((line) =>
    /^\s*nameserver\s+([0-9a-f.:]+(?:%[\w.-]+)?)(?:\s|$)/i.exec(line)?.[1] ?? []
  );
  return [...new Set(servers)];
}
