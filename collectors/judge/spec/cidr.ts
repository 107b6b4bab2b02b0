/** An address as a number, and how many bits it has. */
interface Address {
  bits: bigint;
  size: 32 | 128;
}

/** Whether an address is in the network, written as in "10.20.0.0/16" or "2001:db8::/32"; undefined for no network. */
export function cidr(network: string): ((address: string) => boolean) | undefined {
  const [, text, length] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? [];
  const base = parseAddress(text ?? "");
  if (!base || Number(length) > base.size) return undefined;
  const shift = BigInt(base.size - Number(length));
  return (candidate) => {
    const address = parseAddress(candidate);
    return address?.size === base.size && address.bits >> shift === base.bits >> shift;
  };
}

/** An IPv4 address (RFC 4632) or an IPv6 one (RFC 4291, 2.2), without a zone. */
function parseAddress(text: string): Address | undefined {
  if (!text.includes(":")) {
    const octets = octetsOf(text);
    return octets && { bits: joined(octets, 8n), size: 32 };
  }
  // The last two groups may be written as an IPv4 address.
  const [, start = "", last = ""] = /^(.*:)([^:]*)$/.exec(text) ?? [];
  const octets = octetsOf(last);
  const whole = octets ? `${start}${hex(octets[0]!, octets[1]!)}:${hex(octets[2]!, octets[3]!)}` : text;
  const [head = "", tail, more] = whole.split("::");
  if (more !== undefined) return undefined;
  const before = groupsOf(head), after = groupsOf(tail ?? "");
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  if (!before || !after || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  return { bits: joined([...before, ...Array<number>(missing).fill(0), ...after], 16n), size: 128 };
}

function octetsOf(text: string): number[] | undefined {
  const octets = /^\d{1,3}(\.\d{1,3}){3}$/.test(text) ? text.split(".").map(Number) : undefined;
  return octets?.every((octet) => octet < 256) ? octets : undefined;
}

function groupsOf(text: string): number[] | undefined {
  const groups = text === "" ? [] : text.split(":");
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => parseInt(group, 16))
    : undefined;
}

function hex(high: number, low: number): string {
  return (high * 256 + low).toString(16);
}

function joined(parts: number[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(part), 0n);
}
