/** `--help`, made of the table of options: 80 columns wide. */
import { VERSION } from "../../collectors/version.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { MODES, type Option, OPTIONS, PARSER_NAMES } from "./options.ts";

/** What the program is, in a line. */
export const SUMMARY = "discovers hardware, for a Hanlon server or for you";

const COLUMNS = 80;
const LEFT = 24;

/** Commands that one needs, and what they do: `words` stand behind `hnl_mk`. */
export const EXAMPLES: readonly [words: string, what: string][] = [
  ["--once", "show this machine"],
  ["--once --only disks,nics", "parts of it"],
  ["--once --format json --output facts.json", "every fact, for a program"],
  ["--explain disks[sda].serialNumber", "where a fact comes from"],
  ["--once --record /tmp/recording", "record it, to look at it elsewhere"],
  ["--once --replay /tmp/recording", "look at it there"],
  ["--dry-run --server http://hanlon:8026", "what would be sent to a server"],
];

/** The text of `--help`. */
export function helpText(): string {
  const [modes, options] = [OPTIONS.filter(isMode), OPTIONS.filter((option) => !isMode(option))];
  return [
    `hnl_mk ${VERSION}: ${SUMMARY}`,
    "\nUsage: hnl_mk [MODE] [OPTION]...",
    "\nModes (default: the daemon, which checks in until it is stopped):",
    ...modes.map(optionLines),
    "\nOptions:",
    ...options.map(optionLines),
    `\n${wrapped(`TOOL: ${PARSER_NAMES.join(", ")}`, 0)}`,
    "\nExamples:",
    ...EXAMPLES.map(([words, what]) => `  hnl_mk ${words}\n${" ".repeat(LEFT)}${what}`),
    "\nExit codes:",
    ...EXIT_CODES.map(([code, meaning]) => `  ${code} ${wrapped(meaning, 4)}`),
  ].join("\n") + "\n";
}

/** Whether an option says what to do, rather than how. */
export function isMode({ name }: Option): boolean {
  return (MODES as readonly string[]).includes(name);
}

function optionLines({ name, letter, value, help }: Option): string {
  const words = `  ${letter === undefined ? "" : `-${letter}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
  const start = words.length < LEFT ? words.padEnd(LEFT) : `${words}\n${" ".repeat(LEFT)}`;
  return `${start}${wrapped(help, LEFT)}`;
}

/** `text` in lines that end before the last column, all but the first behind `indent` blanks. */
function wrapped(text: string, indent: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (indent + line.length + word.length + 1 > COLUMNS - 1) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}
