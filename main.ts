/** The command line's front door: the mode that was asked for, and the exit code of how it went. */
import { isLegacyStart, parseCommand } from "./checkin/cli/command.ts";
import { EXIT, exitCodeOf } from "./checkin/cli/exit_codes.ts";
import type { Command, Mode } from "./checkin/cli/options.ts";
import { checkPaths } from "./checkin/cli/paths.ts";
import { complain } from "./checkin/cli/streams.ts";

/** Each mode is loaded when it is asked for: most of the start would go into those that are not. */
const MODES: Record<Mode, () => Promise<(command: Command) => Promise<number>>> = {
  "help": async () => (await import("./checkin/cli/modes/help.ts")).help,
  "version": async () => (await import("./checkin/cli/modes/version.ts")).version,
  "parse": async () => (await import("./checkin/cli/modes/parse.ts")).parse,
  "check-config": async () => (await import("./checkin/cli/modes/check_config.ts")).checkConfig,
  "status": async () => (await import("./checkin/cli/modes/status.ts")).status,
  "dry-run": async () => (await import("./checkin/cli/modes/dry_run.ts")).dryRun,
  "diff": async () => (await import("./checkin/cli/modes/diff.ts")).diff,
  "make-spec": async () => (await import("./checkin/cli/modes/make_spec.ts")).printSpec,
  "explain": async () => (await import("./checkin/cli/modes/explain.ts")).explain,
  "once": async () => (await import("./checkin/cli/modes/once.ts")).once,
  "daemon": async () => (await import("./checkin/cli/modes/daemon.ts")).daemon,
};

/** Runs the program; gives its exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(isLegacyStart(args) ? [] : args);
    checkPaths(command);
    const run = await MODES[command.mode]();
    return await run(command);
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === undefined) throw error;
    const hint = code === EXIT.usage ? "\nhnl_mk --help shows what there is" : "";
    complain(`${(error as Error).message}${hint}`);
    return code;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
