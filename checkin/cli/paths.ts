/** The paths that a command line names. */
import { UsageError } from "./command.ts";
import { type Command, OPTIONS } from "./options.ts";
import { whyNotPermitted } from "./permitted.ts";

/** Throws UsageError where this program may not read or write what an option names. */
export function checkPaths({ mode, values, words }: Command): void {
  for (const { name, access, more: takesMore } of OPTIONS) {
    const path = values[name];
    if (path === undefined || !access) continue;
    for (const each of takesMore && mode !== "explain" ? [path, ...words] : [path]) {
      const problem = whyNotPermitted(each, access);
      if (problem) throw new UsageError(`--${name}: ${problem}`);
    }
  }
}
