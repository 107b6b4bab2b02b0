import { rememberingHost } from "../../../collectors/host/remembering.ts";
import { judged } from "../../../collectors/judge/mod.ts";
import { collect } from "../../../collectors/mod.ts";
import { VERSION } from "../../../collectors/version.ts";
import { createLogger } from "../../log.ts";
import { specsOf } from "../../specs.ts";
import { factSettings, stateDir } from "../configuration.ts";
import { EXIT } from "../exit_codes.ts";
import { explain as explanation, listNames, UnknownName } from "../explain.ts";
import { collectOptions, openHost } from "../host.ts";
import type { Command } from "../options.ts";
import { endedBySignals } from "../signals.ts";
import { complain, print, writeError } from "../streams.ts";

/** `--explain NAME…`: where facts come from. Names that nothing is called are named on stderr. */
export async function explain(command: Command): Promise<number> {
  if (command.switches.has("list")) {
    await print(command, listNames());
    return EXIT.done;
  }
  const { exclude, labels, specPath, problem } = factSettings(command);
  if (problem) complain(`${problem}; whether mk_fact_excl_pattern leaves facts out, and mk_labels, are not known`);
  const asked = await openHost(command, endedBySignals());
  const { host, texts } = rememberingHost(asked, { includeSecrets: command.switches.has("include-secrets") });
  const collected = await collect(host, VERSION, { ...collectOptions(command), ...labels && { labels } });
  // Specs that lie here are for this machine; those that a configuration names are for any that it is given with.
  const isHere = command.values["replay"] === undefined || specPath !== undefined;
  const specs = isHere ? await specsOf(createLogger({ write: writeError }), stateDir(command), () => specPath)() : [];
  const collection = { ...collected, facts: judged(collected.facts, specs) };
  const explained: string[] = [];
  let code: number = EXIT.done;
  for (const name of [command.values["explain"]!, ...command.words]) {
    try {
      explained.push(explanation(name, collection, texts, exclude));
    } catch (error) {
      if (!(error instanceof UnknownName)) throw error;
      complain(error.message);
      code = EXIT.usage;
    }
  }
  if (explained.length > 0) await print(command, explained.join("\n"));
  return code;
}
