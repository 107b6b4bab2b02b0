/** The words of a command line, understood: whatever is wrong with them is said with a hint. */
import { parseArgs } from "@std/cli/parse-args";
import { type Command, type Mode, MODES, type Option, OPTIONS } from "./options.ts";
import { didYouMean, suggestion } from "./suggestion.ts";

/** The command line makes no sense; `message` says what and what would. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `args` as a command. Throws UsageError with a hint. `--help` wins over whatever else is asked for. */
export function parseCommand(args: readonly string[]): Command {
  const switches = OPTIONS.filter((option) => option.value === undefined);
  checkEach(args, switches);
  const takesWords = OPTIONS.some((option) =>
    option.more && args.some((arg) => arg.split("=")[0] === `--${option.name}`)
  );
  const parsed = parseArgs(args, {
    boolean: switches.map(({ name }) => name),
    string: OPTIONS.filter((option) => option.value !== undefined).map(({ name }) => name),
    alias: Object.fromEntries(OPTIONS.flatMap(({ name, letter }) => letter === undefined ? [] : [[letter, name]])),
    unknown: (arg) => {
      if (takesWords && !arg.startsWith("-")) return true;
      throw unknownWord(arg);
    },
  });
  // Behind "--" anything is a word.
  if (parsed._.length > 0 && !takesWords) throw new UsageError(`stray word "${parsed._[0]}"`);
  if (parsed["help"]) return { mode: "help", values: {}, switches: new Set(), words: [] };
  const given = OPTIONS.filter(({ name }) => parsed[name] !== undefined && parsed[name] !== false);
  const values: Partial<Record<string, string>> = {};
  for (const option of given) {
    const { name, value, words } = option;
    if (value === undefined) continue;
    const text = parsed[name];
    // With --list there is no name.
    if (name === "explain" && text === "" && parsed["list"]) continue;
    if (Array.isArray(text)) throw new UsageError(`--${name} is given ${text.length} times`);
    if (typeof text !== "string" || text === "") throw needsValue(option);
    values[name] = words ? oneOf(name, text, words) : text;
  }
  const modes = given.filter((option) => option.with === undefined).map((option) => option.name as Mode);
  if (modes.length > 1) {
    // What else collects does so by itself.
    const other = modes.find((mode) => mode !== "once");
    const hint = modes.includes("once") ? `: --${other} alone is enough` : "";
    throw new UsageError(`--${modes[0]} and --${modes[1]} do not go together${hint}`);
  }
  const mode = modes[0] ?? "daemon";
  for (const option of given) {
    if (option.with && !option.with.includes(mode)) {
      const others = option.with.map((other) => other === "daemon" ? "the daemon" : `--${other}`).join(", ");
      throw new UsageError(`--${option.name} goes only with ${others}`);
    }
  }
  return { mode, values, switches: new Set(given.map(({ name }) => name)), words: parsed._.map(String) };
}

/** What parseArgs takes without a word, and would be understood as something else. */
function checkEach(args: readonly string[], switches: readonly Option[]): void {
  const seen = new Set<string>();
  for (const [i, arg] of args.entries()) {
    if (arg === "--") return;
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (switches.some((option) => option.name === name) && arg.includes("=")) {
      throw new UsageError(`--${name} takes no value, found ${arg}`);
    }
    // parseArgs takes the empty value of `--only "$UNSET"` for a stray word.
    const before = OPTIONS.find((option) => option.value !== undefined && args[i - 1] === `--${option.name}`);
    if (arg === "" && before) throw needsValue(before);
    const option = before ? undefined : OPTIONS.find((option) => option.name === name);
    if (!option) continue;
    const isList = option.name === "only";
    if (option.value !== undefined && seen.has(option.name)) {
      throw new UsageError(`--${name} is given twice${isList ? ": name all sections in one, as in cpu,memory" : ""}`);
    }
    seen.add(option.name);
  }
}

function unknownWord(arg: string): UsageError {
  const names = OPTIONS.map(({ name }) => name);
  const word = arg.replace(/^-+/, "").replace(/=.*/, "");
  if (arg.startsWith("-")) return new UsageError(`unknown option ${arg}${didYouMean(word, names, "--")}`);
  return new UsageError(`stray word "${arg}"${didYouMean(word, MODES, "--")}`);
}

function needsValue({ name, value }: Option): UsageError {
  return new UsageError(`--${name} needs a value: --${name} ${value}`);
}

/** `text` where it is one of the allowed words, in whatever case. Throws UsageError. */
export function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text) ??
    allowed.find((word) => word.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  // Before a long list, where it is seen.
  const near = suggestion(text, allowed);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new UsageError(`--${option}: found "${text}"${hint}, expected ${allowed.join(", ")}`);
}

/** `text` as seconds, more than 0 and at most an hour. Throws UsageError. */
export function seconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) {
    throw new UsageError(`--${option}: found "${text}", expected seconds, more than 0 and at most 3600`);
  }
  return value;
}

/**
 * Whether `args` are the words that the server's cloud-config gives to `docker run` behind the image:
 * `/bin/bash -c '/usr/local/bin/hnl_mk_init.rb && read -p "waiting..."'`. The old image had no entrypoint and ran them;
 * with one they are its arguments.
 */
export function isLegacyStart(args: readonly string[]): boolean {
  const [shell, option, script] = args;
  return args.length === 3 && shell === "/bin/bash" && option === "-c" && script!.includes("hnl_mk_init.rb");
}
