import type { InterfaceAddress } from "../../host/mod.ts";

/** An address of an interface. */
export interface NicAddress {
  /** Version of IP. */
  family: "IPv4" | "IPv6";
  /** The address. */
  address: string;
  /** Length of the prefix, in bits. */
  prefixLength: number;
  /** global, link, host. */
  scope: string;
  /** The label of an IPv4 address that has one other than the interface's name: "eth0:1". */
  label?: string;
}

/** The addresses by interface, in the kernel's order, the primary one first. */
export function addressesByInterface(addresses: readonly InterfaceAddress[]): Map<string, NicAddress[]> {
  const byInterface = new Map<string, NicAddress[]>();
  for (const { interface: label, family, address, netmask } of addresses) {
    const prefixLength = prefixLengthOf(netmask, family);
    if (prefixLength === undefined) continue;
    // An IPv4 address may have a label of its own ("eth0:1"): a name of an interface holds no colon.
    const name = label.split(":", 1)[0]!;
    const list = byInterface.get(name) ?? [];
    list.push({ family, address, prefixLength, scope: scopeOf(address, family), ...(label === name ? {} : { label }) });
    byInterface.set(name, list);
  }
  return byInterface;
}

/** "255.255.240.0" gives 20, "ffff:ffff::" gives 32; undefined for what is no netmask. */
export function prefixLengthOf(netmask: string, family: "IPv4" | "IPv6"): number | undefined {
  const [base, width] = family === "IPv4" ? [10, 8] : [16, 16];
  const parts = family === "IPv4" ? netmask.split(".") : netmask.split("::", 1)[0]!.split(":").filter(Boolean);
  let bits = "";
  for (const part of parts) {
    const number = /^[0-9a-f]{1,4}$/i.test(part) ? parseInt(part, base) : NaN;
    if (!(number < 2 ** width)) return undefined;
    bits += number.toString(2).padStart(width, "0");
  }
  const ones = bits.indexOf("0") === -1 ? bits.length : bits.indexOf("0");
  const whole = family === "IPv4" ? bits.length === 32 : bits.length <= 128 && netmask.includes(":");
  return whole && !bits.includes("1", ones) ? ones : undefined;
}

/** host, link or global, as ip-address(8) names them (RFC 3927, RFC 4291). */
function scopeOf(address: string, family: "IPv4" | "IPv6"): string {
  if (family === "IPv4") {
    return address.startsWith("127.") ? "host" : address.startsWith("169.254.") ? "link" : "global";
  }
  return address === "::1" ? "host" : /^fe[89ab]/i.test(address) ? "link" : "global";
}
