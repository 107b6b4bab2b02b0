/** The paths that a command line names. */
import { UsageError } from "./command.ts";
import { type Command, OPTIONS } from "./options.ts";
import { whyNotPermitted } from "./permitted.ts";

/** Throws UsageError where this program may not read or write what an option names. */
export function checkPaths({ values }: Command): void {
  for (const { name, access } of OPTIONS) {
    const path = values[name];
    const problem = path === undefined || !access ? undefined : whyNotPermitted(path, access);
    if (problem) throw new UsageError(`--${name}: ${problem}`);
  }
}
