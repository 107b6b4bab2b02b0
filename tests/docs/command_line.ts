/** docs/command-line.md: the options, exit codes and examples of `--help` as a page. */
import { EXIT_CODES } from "../../checkin/cli/exit_codes.ts";
import { EXAMPLES, isMode } from "../../checkin/cli/help.ts";
import { BY_SIGNAL, SIGNALS } from "./man_page.ts";
import { type Option, OPTIONS, PARSER_NAMES } from "../../checkin/cli/options.ts";

/** The page. */
export function commandLine(): string {
  const modes = OPTIONS.filter(isMode), options = OPTIONS.filter((option) => !isMode(option));
  return [
    "# Command line",
    "",
    "<!-- Made by `deno task docs` from the table of options. -->",
    "",
    "`hnl_mk [MODE] [OPTION]...` Without a mode it runs as the daemon, which checks in until it is stopped. The same is in" +
    " `--help` and in the man page [hnl_mk.8](hnl_mk.8) (`man -l docs/hnl_mk.8`); completions for bash, zsh and fish" +
    " are in [completions](completions).",
    "",
    ...["| mode | what |", "| --- | --- |", ...modes.map(row), ""],
    ...["| option | what | with |", "| --- | --- | --- |", ...options.map(rowWithModes), ""],
    `TOOL: ${PARSER_NAMES.map((name) => `\`${name}\``).join(", ")}`,
    "",
    ...["| exit code | meaning |", "| --- | --- |", ...EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`)],
    `| ${BY_SIGNAL} | ${SIGNALS} |`,
    "",
    ...["| example | what |", "| --- | --- |", ...EXAMPLES.map(([words, what]) => `| \`hnl_mk ${words}\` | ${what} |`)],
  ].join("\n") + "\n";
}

function row({ name, letter, value, help }: Option): string {
  const form = `\`--${name}${value === undefined ? "" : ` ${value}`}\``;
  return `| ${letter === undefined ? "" : `\`-${letter}\`, `}${form} | ${help} |`;
}

function rowWithModes(option: Option): string {
  return `${row(option)} ${option.with?.map((mode) => mode === "daemon" ? "the daemon" : `--${mode}`).join(", ")} |`;
}
