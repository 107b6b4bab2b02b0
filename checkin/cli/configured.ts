/** What the configuration, where there is one, says of a collection that is no cycle of the daemon. */
import type { FactSettings } from "../config/mod.ts";
import { type Command, DEFAULT_CONFIG_FILE } from "./options.ts";
import { complain } from "./streams.ts";

/** Of the configuration that is named, else of this machine's; empty where it has none, and of a recorded machine. */
export async function configuredFacts(command: Command): Promise<Partial<FactSettings>> {
  const { replay, config = DEFAULT_CONFIG_FILE } = command.values;
  if (replay !== undefined || !exists(config)) return {};
  // Read only where it is there: it costs a reader of YAML.
  const { problem, ...settings } = (await import("./configuration.ts")).factSettings(command);
  if (problem) complain(`${problem}; its mk_labels are not known`);
  return settings;
}

/** Whether there is something at `path`. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
