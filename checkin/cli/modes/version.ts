import { VERSION } from "../../../collectors/version.ts";
import { EXIT } from "../exit_codes.ts";
import { print } from "../streams.ts";
import type { Command } from "../options.ts";

/** `--version`. */
export async function version(command: Command): Promise<number> {
  await print(command, `${VERSION}\n`);
  return EXIT.done;
}
