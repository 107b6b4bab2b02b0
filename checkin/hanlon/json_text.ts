/** JSON as it is sent, and as it is logged. */

/**
 * `value` as JSON in which half a surrogate pair (a text that was cut within a character) is U+FFFD. JSON.stringify
 * escapes it, and a Hanlon server answers such an escape with 500 for ever.
 */
export function jsonText(value: unknown): string {
  // Escapes are taken one by one, so that a backslash in a text is not taken for the beginning of one.
  return JSON.stringify(value).replace(
    /\\(?:u(d[89a-f][0-9a-f]{2})|.)/g,
    (escape, lone: string | undefined) => lone === undefined ? escape : "\u{fffd}",
  );
}

/** `json` for the log: the texts under keys that name a secret (an SNMP community, a password, a token) are hidden. */
export function withoutSecrets(json: string): string {
  return json.replace(
    /("[^"\\]*(?:community|passw|passphrase|secret|token)[^"\\]*":)"(?:[^"\\]|\\.)*"/gi,
    '$1"[hidden]"',
  );
}
