/** Patterns in UUIDs and MAC addresses that were made up, and are given to many machines. */

/** The same all over, or up or down by the same step each time, where the number after `base - 1` is 0. */
export function isCounting(digits: readonly number[], base: number): boolean {
  const steps = digits.slice(1).map((digit, i) => (digit - digits[i]! + base) % base);
  return new Set(steps).size === 1;
}

/** One sequence over and over, at least twice: DEADBEEFCAFEBABE DEADBEEFCAFEBABE. */
export function isRepeated(digits: readonly number[]): boolean {
  for (let length = 1; 2 * length <= digits.length; length++) {
    if (digits.every((digit, i) => digit === digits[i % length])) return true;
  }
  return false;
}

/** The value of each hexadecimal digit. */
export function nibblesOf(hex: string): number[] {
  return [...hex].map((digit) => parseInt(digit, 16));
}

/** The value of each pair of hexadecimal digits. */
export function bytesOf(hex: string): number[] {
  return hex.match(/../g)?.map((byte) => parseInt(byte, 16)) ?? [];
}

/** Realtek's own prefix, and Intel's filler: what boards have that were given no address. */
const GIVEN_NONE = /^00e04c|^888888888788$/;

/**
 * Whether twelve hex digits are the burnt-in address of one card: neither locally administered (bit 1 of the first octet,
 * IEEE 802 8.2) nor of a group, and none of those that cards have which were given no address.
 */
export function isAddressOfOneCard(digits: string): boolean {
  const bytes = bytesOf(digits);
  const isMadeUp = isCounting(bytes, 256) || isCounting(nibblesOf(digits), 16) || /^0{6}|(0{6}|f{6})$/.test(digits);
  return ((bytes[0] ?? 1) & 3) === 0 && !isMadeUp && !GIVEN_NONE.test(digits);
}
