import { EXIT } from "../exit_codes.ts";
import { helpText } from "../help.ts";
import { print } from "../streams.ts";
import type { Command } from "../options.ts";

/** `--help`. */
export async function help(command: Command): Promise<number> {
  await print(command, helpText());
  return EXIT.done;
}
