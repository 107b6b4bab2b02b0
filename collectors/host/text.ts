/** From the bytes of tools and files to text. */

/**
 * Bytes as text. What is UTF-8 is decoded as UTF-8; a byte that belongs to no UTF-8 sequence stands for the character
 * of the same number (ISO 8859-1), so that one stray byte costs neither itself nor the rest.
 */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder().decode(withStrayBytesEncoded(bytes));
  }
}

/** A copy that is UTF-8 throughout: each byte that is not part of a sequence becomes the two bytes of its character. */
function withStrayBytesEncoded(bytes: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(2 * bytes.length);
  let used = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      encoded[used++] = 0xc0 | bytes[at]! >> 6;
      encoded[used++] = 0x80 | bytes[at++]! & 0x3f;
    }
    for (const end = at + length; at < end;) encoded[used++] = bytes[at++]!;
  }
  return encoded.subarray(0, used);
}

/** The length of the well-formed UTF-8 sequence that begins at `at`, 0 for none (The Unicode Standard, table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead >= 0xc2 && lead <= 0xdf ? 2 : (lead & 0xf0) === 0xe0 ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i] ?? 0) >> 6 !== 0b10) return 0;
  }
  const second = bytes[at + 1]!;
  // Neither overlong forms, nor surrogates, nor what lies above U+10FFFF.
  const isOutside = (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ||
    (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f);
  return isOutside ? 0 : length;
}
