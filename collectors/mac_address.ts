/**
 * `text` in lower case where it is a hardware address: octets in hex with colons between them, 6 of Ethernet, 20 of
 * InfiniBand, at most 32 (MAX_ADDR_LEN of include/linux/netdevice.h). Undefined for zeros, which an interface without
 * one has.
 */
export function hardwareAddress(text: string | undefined): string | undefined {
  const address = text?.trim().toLowerCase() ?? "";
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5,31}$/.test(address) && /[1-9a-f]/.test(address) ? address : undefined;
}

/** The same where it is a MAC address, which has 6 octets (IEEE 802). */
export function macAddress(text: string | undefined): string | undefined {
  const address = hardwareAddress(text);
  return address?.length === "00:00:00:00:00:00".length ? address : undefined;
}
