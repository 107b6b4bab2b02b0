/** The log: one line an event, as text or JSON, in the levels that the server names. */

/** In the server's order (`Logger::DEBUG` …), the most verbose first. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["text", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Fields of a message: `duration_ms=12`. An undefined field is omitted. */
export type LogFields = Record<string, string | number | boolean | undefined>;

export interface LoggerOptions {
  /** Default ERROR, as the server has it. */
  level?: LogLevel;
  /** Default text. */
  format?: LogFormat;
  /** Takes one whole line, its newline included. What it throws is swallowed: a full disk must not end the agent. */
  write: (line: string) => void;
  /** The wall clock: milliseconds since the epoch. Default Date.now. */
  clock?: () => number;
  /** Texts that are hidden in every line. */
  secrets?: readonly string[];
}

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A line that is written at any level: start, first registration, commands, 'server unreachable since', 'back after'. */
  always(message: string, fields?: LogFields): void;
  /**
   * Logs `message` at `level` (or `always`) once for `key`: again only when it differs, or after `forget(key)`. Gives
   * whether it was new, even where the level hides it.
   */
  once(key: string, level: LogLevel | "always", message: string, fields?: LogFields): boolean;
  /** Resets `key`, so that its next message is logged. Gives whether there was one. */
  forget(key: string): boolean;
  /** Hides `text` in every line from now on. */
  hide(text: string): void;
  /** `text` as in a line: secrets hidden, controls escaped, cut. */
  shown(text: string): string;
  setLevel(level: LogLevel): void;
  isWritten(level: LogLevel): boolean;
}

/** Replaces a secret. */
const HIDDEN = "[hidden]";

/** The longest text in a line, in characters; at DEBUG bodies are logged. */
const TEXT_LIMIT = 2_000;
const DEBUG_TEXT_LIMIT = 16_000;

/** The most keys of `once`: configuration and server supply some of them (unknown keys). */
const ONCE_LIMIT = 1000;

/** A logger that writes to `options.write`. */
export function createLogger(options: LoggerOptions): Logger {
  const { write, format = "text", clock = Date.now } = options;
  let level: LogLevel = options.level ?? "ERROR";
  const secrets = new Set((options.secrets ?? []).filter((secret) => secret !== ""));
  const said = new Map<string, string>();

  const isWritten = (at: LogLevel) => LOG_LEVELS.indexOf(at) >= LOG_LEVELS.indexOf(level);

  const clean = (text: string, at: LogLevel) => {
    let shown = text;
    for (const secret of secrets) {
      // In a body it stands as JSON has it.
      for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) shown = shown.replaceAll(form, HIDDEN);
    }
    const limit = at === "DEBUG" ? DEBUG_TEXT_LIMIT : TEXT_LIMIT;
    return shown.length <= limit ? shown : `${shown.slice(0, limit)}… (${shown.length - limit} characters more)`;
  };

  const line = (at: LogLevel, message: string, fields: LogFields) => {
    const cleaned = Object.entries(fields).flatMap(([name, value]): [string, string | number | boolean][] =>
      value === undefined ? [] : [[clean(name, at), typeof value === "string" ? clean(value, at) : value]]
    );
    const time = new Date(clock()).toISOString();
    const text = clean(message, at);
    return format === "json" ? jsonLine(time, at, text, cleaned) : textLine(time, at, text, cleaned);
  };

  const say = (at: LogLevel, message: string, fields: LogFields = {}) => {
    try {
      write(`${line(at, message, fields)}\n`);
    } catch {
      // A logger that fails has nowhere to log it.
    }
  };

  const sayFrom = (at: LogLevel) => (message: string, fields?: LogFields) => {
    if (isWritten(at)) say(at, message, fields);
  };

  const logger: Logger = {
    debug: sayFrom("DEBUG"),
    info: sayFrom("INFO"),
    warn: sayFrom("WARN"),
    error: sayFrom("ERROR"),
    always: (message, fields) => say("INFO", message, fields),
    once(key, at, message, fields) {
      if (said.get(key) === message) return false;
      if (said.size >= ONCE_LIMIT && !said.has(key)) said.delete(said.keys().next().value!);
      said.set(key, message);
      if (at === "always") logger.always(message, fields);
      else sayFrom(at)(message, fields);
      return true;
    },
    forget: (key) => said.delete(key),
    hide: (text) => void (text !== "" && secrets.add(text)),
    shown: (text) => escapeControls(clean(text, "ERROR")),
    setLevel: (next) => void (level = next),
    isWritten,
  };
  return logger;
}

function textLine(time: string, level: LogLevel, message: string, fields: [string, unknown][]): string {
  const shown = fields.map(([name, value]) => {
    const text = String(value);
    return ` ${name}=${/^[^\s"=]+$/.test(text) ? text : JSON.stringify(text)}`;
  });
  return escapeControls(`${time} ${level.padEnd(5)} ${message}${shown.join("")}`);
}

function jsonLine(time: string, level: LogLevel, message: string, fields: [string, unknown][]): string {
  const head = { time, level, message };
  // Our own three come first, and win over a field of the same name.
  return escapeControls(JSON.stringify({ ...head, ...Object.fromEntries(fields), ...head }));
}

// Foreign text must not start a line of its own, move the cursor, or turn the direction of writing. In JSON the
// controls below 0x20 are escaped already, and \u0085 is as good in a JSON string as in text.
// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** `text` as one line that a terminal only shows. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (control) => {
    if (control === "\n") return "\\n";
    if (control === "\t") return "\\t";
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
