/** The facts of one machine: this one, or that of a recording, an archive with one or a facts file. */
import type { Facts } from "../../collectors/facts/mod.ts";
import { FactsError } from "../../collectors/judge/facts_file.ts";
import { openReplay } from "../../collectors/host/replay.ts";
import { collect } from "../../collectors/mod.ts";
import { VERSION } from "../../collectors/version.ts";
import { configuredFacts } from "./configured.ts";
import { machinesAt } from "./fleet/machines.ts";
import { collectOptions, openHost } from "./host.ts";
import type { Command } from "./options.ts";
import { endedBySignals } from "./signals.ts";

/** Of this machine, or of the recording of `--replay`. */
export async function collectedFacts(command: Command): Promise<Facts> {
  const host = await openHost(command, endedBySignals()), { labels } = await configuredFacts(command);
  return (await collect(host, VERSION, { ...collectOptions(command), ...labels && { labels } })).facts;
}

/** Of what is at `path`. Throws FactsError where it is not one machine. */
export async function factsAt(path: string, command: Command): Promise<Facts> {
  const options = collectOptions(command);
  const recorded = async (folder: string) => (await collect(await openReplay(folder), VERSION, options)).facts;
  const machines = await Array.fromAsync(machinesAt([path], recorded));
  const [machine] = machines;
  if (machine?.problem !== undefined) throw new FactsError(`${path}: ${machine.problem}`);
  if (machines.length !== 1) throw new FactsError(`${path}: found ${machines.length} machines, expected one`);
  return machine!.facts!;
}
