/** How each kind of configuration value is read from its text. */
import { LOG_LEVELS, type LogLevel } from "../log.ts";
import { compilePattern, type NamePattern } from "./pattern.ts";

/** Reads the text of a value; gives undefined where it is not what `expected` says, or throws an Error that says more. */
export interface Reader<T> {
  expected: string;
  read(text: string): T | undefined;
}

/** Names of facts that are not sent: the server's Ruby text, and what finds the names. */
export interface FactExclusion {
  source: string;
  pattern: NamePattern;
}

/** The longest time that can be asked for: a day. */
const LONGEST_SECONDS = 86_400;

/** Whole seconds, at least `least`. */
export function seconds(least: number, most = LONGEST_SECONDS): Reader<number> {
  return {
    expected: `a whole number of seconds from ${least} to ${most}`,
    read(text) {
      const value = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

/** YAML's true and false, and their texts. */
export const trueOrFalse: Reader<boolean> = {
  expected: "true or false",
  read: (text) => text === "true" ? true : text === "false" ? false : undefined,
};

/** The address that paths are appended to; given back without a slash at its end. */
export const serverAddress: Reader<string> = {
  expected: "an http:// or https:// address without user, query and fragment",
  read(text) {
    const url = parseAddress(text);
    if (!url || url.search !== "") return undefined;
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  },
};

/** A whole address, which may have a query. */
export const address: Reader<string> = {
  expected: "an http:// or https:// address without user and fragment",
  read: (text) => parseAddress(text)?.href,
};

function parseAddress(text: string): URL | undefined {
  // The URL parser takes much for an address that only looks like one: "http:host", "http:\\host", line ends.
  if (!/^https?:\/\/[!-\[\]-~]+$/i.test(text)) return undefined;
  const url = URL.parse(text);
  if (url && BLOCKED_PORTS.has(Number(url.port))) throw new Error(`no request is sent to port ${url.port} (Fetch)`);
  return url && url.username === "" && url.password === "" && url.hash === "" ? url : undefined;
}

/** The ports to which fetch sends nothing: https://fetch.spec.whatwg.org/#port-blocking. */
const BLOCKED_PORTS = new Set(
  [
    ...[1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109],
    ...[110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530],
    ...[531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045],
    ...[4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
  ],
);

/** The path of a request below the server's address. */
export const requestPath: Reader<string> = {
  expected: "a path that begins with / and has no query",
  read: (text) => /^\/[!-~]*$/.test(text) && !/[?#\\]/.test(text) ? text : undefined,
};

/** A file of this machine. */
export const filePath: Reader<string> = {
  expected: "the path of a file, beginning with /",
  read: (text) => text.startsWith("/") && !text.includes("\0") ? text : undefined,
};

/** `Logger::ERROR`, as the server writes it; the bare name will do. */
export const logLevel: Reader<LogLevel> = {
  expected: `one of ${LOG_LEVELS.map((level) => `Logger::${level}`).join(", ")}`,
  read(text) {
    const name = text.replace(/^Logger::/, "");
    return LOG_LEVELS.find((level) => level === name);
  },
};

/** A regular expression of Ruby over names of facts. */
export const factExclusion: Reader<FactExclusion> = {
  expected: "a regular expression of the subset that Ruby and JavaScript read alike",
  read: (text) => ({ source: text, pattern: compilePattern(text) }),
};

/** What was found, short enough for one line, and without the password of an address. */
export function describe(found: unknown): string {
  if (found === undefined || found === null) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return "a map";
  const text = JSON.stringify(found).replace(/\/\/[^@/]*@/g, "//…@");
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
