/** Regular expressions of Ruby, as far as JavaScript agrees with them. */

/** A regular expression that cannot be translated; `message` says what, and where. */
export class RegExpError extends Error {
  override readonly name = "RegExpError";
}

/** `source` as JavaScript has it. Throws RegExpError for what the two do not agree on. */
export function translateRubyRegExp(source: string): RegExp {
  const unknown = /[^\w ^$.*|()-]|\(\?|[*+?][*+?]/.exec(source);
  if (unknown) throw new RegExpError(`at ${unknown.index}: ${JSON.stringify(unknown[0])} is not translated`);
  return new RegExp(source, "m");
}
