/** What a recording must not tell strangers: passwords and tokens on the kernel's command line, the SNMP community. */
import { decode } from "./mod.ts";

const MASK = "***";
/** Shorter values are masked only where they stand: elsewhere they may be a word of anybody's. */
const SHORTEST_TELLTALE = 8;

/** Masks secrets in what tools print and in files. */
export interface Masker {
  /** What the tool of that argv printed. */
  output(argv: readonly string[], text: string): string;
  /** The content of a file of the host. */
  file(path: string, content: Uint8Array): Uint8Array;
}

/**
 * Masks the SNMP community in ipmitool's output, the values of those words of the kernel command line that match
 * token, secret, passw or passphrase, the passwords in addresses there, and these values (of 8 characters or more)
 * wherever else they show.
 */
export function masker(commandLine: Uint8Array | undefined): Masker {
  const { secrets } = maskCommandLine(latin1(commandLine ?? new Uint8Array()));
  const telltales = secrets.filter((secret) => secret.length >= SHORTEST_TELLTALE);
  const telltaleTexts = telltales.map((secret) => decode(bytesOf(secret)));
  return {
    output: (argv, text) => {
      const own = argv[0]?.split("/").at(-1) === "ipmitool" ? maskCommunity(text) : text;
      return telltaleTexts.reduce((masked, secret) => masked.replaceAll(secret, MASK), own);
    },
    file: (path, content) => {
      if (path !== "/proc/cmdline" && telltales.length === 0) return content;
      const text = latin1(content);
      const own = path === "/proc/cmdline" ? maskCommandLine(text).masked : text;
      const masked = telltales.reduce((masked, secret) => masked.replaceAll(secret, MASK), own);
      return masked === text ? content : bytesOf(masked);
    },
  };
}

/** The value of "SNMP Community String   : public" (ipmitool's ipmi_lanp.c). */
function maskCommunity(text: string): string {
  return text.replace(/^([ \t]*SNMP Community String[ \t]*:[ \t]*)[^\r\n]+/gim, `$1${MASK}`);
}

/**
 * `text` with the secrets in its words masked, and these secrets; a word ends at a blank outside quotes (the kernel's
 * lib/cmdline.c, next_arg).
 */
export function maskCommandLine(text: string): { masked: string; secrets: string[] } {
  const secrets: string[] = [];
  let masked = "";
  let begin = 0, quoted = false;
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    if (i < text.length && (quoted || !/\s/.test(text[i]!))) continue;
    masked += maskWord(text.slice(begin, i), secrets) + (text[i] ?? "");
    begin = i + 1;
  }
  return { masked, secrets };
}

/** Of "http://user:password@host", and of dracut's "iscsi:user:password@host". */
const PASSWORD_IN_ADDRESS = /((?:\/\/|\biscsi:)[^\s/?#:@]*:)([^\s/?#]+)@/g;

function maskWord(word: string, secrets: string[]): string {
  const equals = word.indexOf("=");
  if (equals < 0 || !/token|secret|passw|passphrase/i.test(word)) {
    return word.replace(PASSWORD_IN_ADDRESS, (_, before: string, secret: string) => {
      secrets.push(secret);
      return `${before}${MASK}@`;
    });
  }
  const secret = word.slice(equals + 1).replace(/^"|"$/g, "");
  if (secret === "") return word;
  secrets.push(secret);
  return `${word.slice(0, equals + 1)}${MASK}${word.startsWith('"') ? '"' : ""}`;
}

/** Each byte as one character, so that no byte is lost on the way back. */
function latin1(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += 8192) pieces.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return pieces.join("");
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
