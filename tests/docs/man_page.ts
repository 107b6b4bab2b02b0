/** The manual page, in the man macros (groff_man(7)). */
import { EXIT_CODES } from "../../checkin/cli/exit_codes.ts";
import { EXAMPLES, isMode, SUMMARY } from "../../checkin/cli/help.ts";
import { type Option, OPTIONS } from "../../checkin/cli/options.ts";

const COLUMNS = 80;

/** Ends of a program that are the shell's: 128 and the signal's number. */
export const BY_SIGNAL = "129, 130, 143";
export const SIGNALS =
  "ended by SIGHUP, SIGINT or SIGTERM; the daemon ends with 0, and reads its configuration again on SIGHUP";

/** hnl_mk.8. It has no version and no date: the package that installs it has. */
export function manPage(): string {
  const modes = OPTIONS.filter(isMode), options = OPTIONS.filter((option) => !isMode(option));
  return [
    `.\\" Made by "deno task docs" from the table of options.`,
    ".TH HNL_MK 8",
    ".SH NAME",
    `hnl_mk \\- ${text(SUMMARY)}`,
    ".SH SYNOPSIS",
    ".B hnl_mk",
    "[\\fIMODE\\fR] [\\fIOPTION\\fR]...",
    ".SH DESCRIPTION",
    "Runs dmidecode, lshw, lscpu, lldptool and ipmitool, reads /proc and /sys, and turns what they report into typed facts.",
    "A fact no source reports is omitted.",
    "Without a mode it runs as the daemon, which checks in with a Hanlon server until it is stopped.",
    "Root sees everything; other users see what they may read.",
    ".SH MODES",
    ...modes.flatMap(entry),
    ".SH OPTIONS",
    ...options.flatMap(entry),
    ".SH EXIT STATUS",
    ...EXIT_CODES.flatMap(([code, meaning]) => [".TP", `.B ${code}`, text(meaning)]),
    ...[".TP", `.B ${BY_SIGNAL}`, text(SIGNALS)],
    ".SH FILES",
    ".TP",
    ".I /tmp/mk_conf.yaml",
    "the configuration",
    ".TP",
    ".I /tmp/cmd\\-channels/node\\-state\\-channel",
    "the FIFO of the host's script that reboots and powers off",
    ".SH EXAMPLES",
    ...EXAMPLES.flatMap(([words, what]) => [".TP", `.B hnl_mk ${text(words)}`, text(what)]),
    ".SH SEE ALSO",
    ".BR dmidecode (8),",
    ".BR lshw (1),",
    ".BR lscpu (1),",
    ".BR lldptool (8),",
    ".BR ipmitool (1)",
  ].flatMap(wrapped).join("\n") + "\n";
}

/** A line of text as lines of at most 80 characters, none of which begins like a macro; a macro stays as it is. */
function wrapped(line: string): string[] {
  if (line.startsWith(".")) return [line];
  const lines = [""];
  for (const word of line.split(" ")) {
    const last = lines.at(-1)!;
    if (last !== "" && last.length + word.length >= COLUMNS && !/^[.']/.test(word)) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

function entry({ name, letter, value, help, words }: Option): string[] {
  const long = `\\fB\\-\\-${text(name)}\\fR${value === undefined ? "" : ` \\fI${text(value)}\\fR`}`;
  const isNamed = words?.every((word) => help.includes(word)) ?? true;
  return [
    ".TP",
    letter === undefined ? long : `\\fB\\-${letter}\\fR, ${long}`,
    ...text(help).split(/(?<=\w\.) (?=[A-Z])/),
    ...isNamed ? [] : [`(\\fI${text(value!)}\\fR: ${text(words!.join(", "))})`],
  ];
}

/** `words` as roff takes them: backslashes and hyphens escaped, and nothing at the start that is a macro. */
function text(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "...").replace(/^(?=[.'])/, "\\&");
}
