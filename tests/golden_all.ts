/**
 * Facts and table of many recordings by one process, for an emulated CPU, which takes seconds to start a program:
 *
 *     golden_all.ts FOLDER NAME=RECORDING...
 *
 * FOLDER then has NAME.json and NAME.table.
 */
import { parseCommand } from "../checkin/cli/command.ts";
import { once } from "../checkin/cli/modes/once.ts";

/** The limits on time are for real CPUs, which are that much faster than an emulated one on a busy machine. */
const SLOWNESS = 20;

const { setTimeout: later } = globalThis;
globalThis.setTimeout = ((run: () => void, ms = 0) => later(run, ms * SLOWNESS)) as typeof setTimeout;

const [folder, ...recordings] = Deno.args;
for (const [name, bundle] of recordings.map((word) => word.split("="))) {
  for (const format of ["json", "table"]) {
    const output = ["--format", format, "--output", `${folder}/${name}.${format}`];
    const code = await once(parseCommand(["--once", "--replay", bundle!, ...output]));
    if (code !== 0) Deno.exit(code);
  }
}
Deno.exit();
