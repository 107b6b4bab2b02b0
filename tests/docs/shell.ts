/** A shell in which `hnl_mk`, `deno` and `npx --yes deno@…` are this project's. */
import { ROOT } from "./markdown.ts";

/** Longer than any block takes on a loaded machine. */
const LIMIT_MS = 60_000;

/** The commands' place; `npx` is deno where it is asked for it. */
const FUNCTIONS = `
hnl_mk() { "$DENO" run --quiet --allow-all --no-prompt "$ROOT/main.ts" "$@"; }
deno() { "$DENO" "$@"; }
npx() { [ "$1" = --yes ] && [[ $2 == deno@* ]] || { echo "npx $*: not known here"; return 1; }; shift 2; "$DENO" "$@"; }
`;

/** What a block may begin its lines with: nothing that changes the machine, or that bare Debian has not. */
const COMMANDS = /^(hnl_mk|deno|npx|tar|cat) /;

/** The lines of a block whose command is none of those that are run. */
export function unknownCommands(text: string): string[] {
  return text.replaceAll("\\\n", " ").split("\n").filter((line) => line !== "" && !COMMANDS.test(line));
}

/** Runs the commands of a block in `folder`, up to the first that fails; what they printed, both streams. */
export async function runBlock(text: string, folder: string): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-euo", "pipefail", "-c", `${FUNCTIONS}\n${text}`],
    cwd: folder,
    env: { DENO: Deno.execPath(), ROOT, TMPDIR: folder },
    stdin: "null",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}
