/** Completions for shells, of the table of options. */
import { type Option, OPTIONS } from "../../checkin/cli/options.ts";
import { valueKind } from "./option_values.ts";

const MADE = '# Made by "deno task docs" from the table of options.';

/** For bash: sourced, or in /usr/share/bash-completion/completions/hnl_mk. */
export function bashCompletion(): string {
  const cases = OPTIONS.flatMap((option) => {
    const kind = valueKind(option);
    const flag = `--${option.name}`;
    switch (kind.kind) {
      case "none":
        return [];
      case "words":
        return [`    ${flag}) mapfile -t COMPREPLY < <(compgen -W "${kind.words.join(" ")}" -- "$word") ;;`];
      case "list":
        return [
          `    ${flag})`,
          // What stands before the last comma is kept.
          `      local before=\${word%"\${word##*,}"}`,
          `      mapfile -t COMPREPLY < <(compgen -P "$before" -W "${kind.words.join(" ")}" -- "\${word##*,}")`,
          `      compopt -o nospace`,
          `      ;;`,
        ];
      case "file":
        return [`    ${flag}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;`];
      case "folder":
        return [`    ${flag}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;`];
      case "text":
        return [`    ${flag}) ;;`];
    }
  });
  return [
    MADE,
    "_hnl_mk() {",
    "  local word=${COMP_WORDS[COMP_CWORD]} before_it=${COMP_WORDS[COMP_CWORD - 1]}",
    "  COMPREPLY=()",
    "  case $before_it in",
    ...cases,
    "    *)",
    `      mapfile -t COMPREPLY < <(compgen -W "${flags().join(" ")}" -- "$word")`,
    "      ;;",
    "  esac",
    "}",
    "complete -F _hnl_mk hnl_mk",
  ].join("\n") + "\n";
}

/** For zsh: a file `_hnl_mk` in a folder of `fpath`. */
export function zshCompletion(): string {
  const lines = OPTIONS.map((option) => {
    const { name, letter, value, help } = option;
    const kind = valueKind(option);
    const about = `[${help.replace(/[[\]:\\]/g, "\\$&")}]`;
    const what = value === undefined ? "" : `:${value.replace(/[[\]:\\]/g, "\\$&")}:`;
    const action = kind.kind === "words"
      ? `(${kind.words.join(" ")})`
      : kind.kind === "list"
      ? `_values -s , ${name} ${kind.words.join(" ")}`
      : kind.kind === "file"
      ? "_files"
      : kind.kind === "folder"
      ? "_files -/"
      : "";
    // A form with a letter excludes the other.
    const form = letter === undefined
      ? quoted(`--${name}${about}${what}${action}`)
      : `{-${letter},--${name}}${quoted(`${about}${what}${action}`)}`;
    return `  ${form}`;
  });
  return ["#compdef hnl_mk", MADE, "_arguments -S \\", lines.join(" \\\n")].join("\n") + "\n";
}

/** For fish: in ~/.config/fish/completions/hnl_mk.fish. */
export function fishCompletion(): string {
  const lines = OPTIONS.map((option) => {
    const { name, letter, help } = option;
    const kind = valueKind(option);
    return [
      "complete -c hnl_mk",
      ...letter === undefined ? [] : [`-s ${letter}`],
      `-l ${name}`,
      ...kind.kind === "none" ? [] : kind.kind === "file" ? ["-r -F"] : ["-x"],
      ...kind.kind === "words" || kind.kind === "list" ? [`-a ${quoted(kind.words.join(" "))}`] : [],
      ...kind.kind === "folder" ? ["-a '(__fish_complete_directories)'"] : [],
      `-d ${quotedForFish(help)}`,
    ].join(" ");
  });
  return [MADE, "complete -c hnl_mk -f", ...lines].join("\n") + "\n";
}

function flags(): string[] {
  return OPTIONS.flatMap(({ name, letter }: Option) => [`--${name}`, ...letter === undefined ? [] : [`-${letter}`]]);
}

function quoted(words: string): string {
  return `'${words.replaceAll("'", `'\\''`)}'`;
}

function quotedForFish(words: string): string {
  return `'${words.replace(/['\\]/g, "\\$&")}'`;
}
