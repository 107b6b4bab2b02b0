import { decode } from "../../../collectors/host/mod.ts";
import { PARSERS } from "../../../collectors/tools/parsers.ts";
import { EXIT } from "../exit_codes.ts";
import type { Command } from "../options.ts";
import { json } from "../json.ts";
import { complain, print, readInput } from "../streams.ts";

/** `--parse TOOL`: the typed value of what the tool printed, and the lines that were not understood. Throws ParseError. */
export async function parse(command: Command): Promise<number> {
  const tool = command.values["parse"]!;
  const { value, unparsed } = PARSERS[tool]!(decode(await readInput(tool)));
  await print(command, json(value ?? null));
  for (const { line, text } of unparsed) complain(`${tool}: line ${line} not understood: ${text}`);
  return EXIT.done;
}
