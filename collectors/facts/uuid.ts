/** UUIDs of machines, and those that firmware ships on thousands of boards. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * UUIDs that many boards share and that follow no rule below, each in one of its two byte orders. The union of what
 * FreeBSD (libexec/rc/rc.d/hostid), systemd (sd-id128), fwupd and FOG (HostManager) refuse, and of bug reports.
 */
const SHARED = new Set([
  "00020003-0004-0005-0006-000700080009",
  "07090201-0103-0301-0807-060504030201",
  "11111111-2222-3333-4444-555555555555",
  "12345678-1234-5678-1234-567812345678",
  "12345678-1234-5678-9012-123456789012",
  "12345678-1234-5678-90ab-cddeefaabbcc",
  "12345678-1234-5678-90ab-cdef12345678",
  "4c4c4544-0000-1010-8010-c4c04f313233",
  "890e2d14-cacd-45d1-ae66-bc80e8bfeb0f",
  "8e275844-178f-44a8-aceb-a7d7e5178c63",
  "dc698397-fa54-4cf2-82c8-b1b5307a6a7f",
  "deadbeef-dead-beef-dead-beefdeadbeef",
]);

/** `text` in lower case where it is the UUID of one machine; undefined for none, and for one that many machines share. */
export function machineUuid(text: string | undefined): string | undefined {
  const uuid = text?.trim().toLowerCase();
  return uuid === undefined || !UUID.test(uuid) || isShared(uuid) || isShared(otherByteOrder(uuid)) ? undefined : uuid;
}

/** The UUID as boards before SMBIOS 2.6 have it: the bytes of the first three groups the other way round. */
export function otherByteOrder(uuid: string): string {
  const groups = uuid.split("-");
  const reversed = groups.slice(0, 3).map((group) => group.match(/../g)!.reverse().join(""));
  return [...reversed, ...groups.slice(3)].join("-");
}

function isShared(uuid: string): boolean {
  const nibbles = nibblesOf(uuid.replaceAll("-", ""));
  const bytes = nibbles.flatMap((high, i) => i % 2 === 0 ? [high * 16 + nibbles[i + 1]!] : []);
  return SHARED.has(uuid) || isCounting(nibbles, 16) || isCounting(bytes, 256) ||
    uuid.split("-").every(isCountingText) || isMostlyFiller(uuid) || isOfNoServiceTag(bytes);
}

function nibblesOf(text: string): number[] {
  return [...text].map((digit) => parseInt(digit, 16));
}

function isCountingText(group: string): boolean {
  return isCounting(nibblesOf(group), 16);
}

/** The same all over, or up or down by the same step each time. */
function isCounting(digits: readonly number[], base: number): boolean {
  const steps = digits.slice(1).map((digit, i) => (digit - digits[i]! + base) % base);
  return new Set(steps).size === 1;
}

/**
 * Three of the five groups or more are all 0 or all F, and the last is no MAC address: Supermicro and Oracle fill up the
 * MAC of the machine ("00000000-0000-0000-0000-ac1f6b05e596"), and nobody else has that.
 */
function isMostlyFiller(uuid: string): boolean {
  const groups = uuid.split("-");
  return groups.filter((group) => /^(0+|f+)$/.test(group)).length >= 3 && !isMac(groups.at(-1)!);
}

/** Realtek's own prefix: boards that were given no address all have one of it. */
const GIVEN_NONE = "00e04c";

/** Twelve hex digits that are the burnt-in address of one card. */
function isMac(digits: string): boolean {
  const bytes = digits.match(/../g)!.map((byte) => parseInt(byte, 16));
  const isUniversal = (bytes[0]! & 3) === 0 && !/^0{6}|0{6}$|f{6}$/.test(digits) && !digits.startsWith(GIVEN_NONE);
  return isUniversal && !isCounting(bytes, 256);
}

/**
 * Dell writes "DELL" and the seven characters of the service tag; a board that was given none has one
 * character seven times, or blanks: 0000000 and XXXXXXX are nobody's.
 */
function isOfNoServiceTag(bytes: readonly number[]): boolean {
  if (String.fromCharCode(...bytes.slice(0, 4)) !== "LLED") return false;
  // The highest bit of the fourth character is set.
  const tag = [bytes[5]!, bytes[6]!, bytes[9]!, bytes[10]! & 0x7f, ...bytes.slice(13)];
  return new Set(tag.filter((character) => character !== 0 && character !== 0x20)).size <= 1;
}
