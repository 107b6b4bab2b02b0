import { findings } from "../../../collectors/judge/findings/mod.ts";
import { makeSpec } from "../../../collectors/judge/spec/make.ts";
import { EXIT } from "../exit_codes.ts";
import { isRecording } from "../fleet/machines.ts";
import { collectedFacts, factsAt } from "../one_machine.ts";
import type { Command } from "../options.ts";
import { print } from "../streams.ts";

/** `--make-spec`: a spec of this machine, or of the one of `--replay`. */
export async function printSpec(command: Command): Promise<number> {
  const replay = command.values["replay"];
  const isFile = replay !== undefined && !isRecording(replay);
  const facts = isFile ? await factsAt(replay, command) : await collectedFacts(command);
  const withCabling = command.switches.has("with-cabling");
  await print(command, makeSpec(facts, { withCabling, findings: findings(facts) }));
  return EXIT.done;
}
