import { stringify } from "@std/yaml";
import { CONFIG_KEYS, type ConfigKey } from "../../config/keys.ts";
import { type Config, ConfigError, effectiveConfig, originOf } from "../../config/mod.ts";
import { escapeControls } from "../../log.ts";
import { faultsOf, usableConfig } from "../configuration.ts";
import { EXIT } from "../exit_codes.ts";
import { kernelLine, localHost } from "../host.ts";
import type { Command } from "../options.ts";
import { asJson, json } from "../json.ts";
import { complain, print } from "../streams.ts";
import { didYouMean } from "../suggestion.ts";

/** What there is to say of a configuration. `config` is what is in force, defaults included, in the form of the file. */
interface Verdict {
  config?: Record<string, unknown>;
  /** Where the value of each key of `config` was read: a file, a word of the kernel command line, or "default". */
  origins?: Record<string, string>;
  errors: string[];
  warnings: string[];
}

/** `--check-config`: the configuration in force as YAML, its warnings as comments; without one all that is wrong, a line each. */
export async function checkConfig(command: Command): Promise<number> {
  const isJson = asJson(command);
  const line = await kernelLine(command, localHost(command));
  const { config, origins, errors, warnings } = verdict(command, line);
  if (isJson) await print(command, json({ ...config && { config, origins }, errors, warnings }));
  else {
    for (const error of errors) complain(error);
    if (!config) { for (const warning of warnings) complain(`warning: ${warning}`); }
    const comments = warnings.map((warning) => `# ${escapeControls(warning)}\n`).join("");
    if (config) await print(command, yaml(config, origins!) + comments);
  }
  return errors.length > 0 ? EXIT.configuration : EXIT.done;
}

/** With the origin of each value behind it; a key that holds several lines has it above them. */
function yaml(config: Record<string, unknown>, origins: Record<string, string>): string {
  return Object.entries(config).map(([key, value]) => {
    const lines = stringify({ [key]: value }, { lineWidth: -1 }).trimEnd();
    const comment = `# ${escapeControls(origins[key]!)}`;
    return lines.includes("\n") ? `${comment}\n${lines}\n` : `${lines}  ${comment}\n`;
  }).join("");
}

function verdict(command: Command, kernelLine: string): Verdict {
  try {
    const { config, warnings } = usableConfig(command, kernelLine);
    const effective = effectiveConfig(config);
    const origins = Object.fromEntries(
      (Object.keys(effective) as ConfigKey[]).map((key) => [key, originOf(config, key)]),
    );
    return { config: effective, origins, errors: [], warnings: [...warnings, ...unknownKeys(config)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { errors, warnings } = faultsOf(error);
    return { errors, warnings: [...warnings, ...unknownKeys(error.partial)] };
  }
}

function unknownKeys({ unknownKeys = [] }: Partial<Config>): string[] {
  return unknownKeys.map((key) => `${key} means nothing here and is ignored${didYouMean(key, CONFIG_KEYS)}`);
}
