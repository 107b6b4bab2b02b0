import { stringify } from "@std/yaml";
import { CONFIG_KEYS } from "../../config/keys.ts";
import { ConfigError, effectiveConfig } from "../../config/mod.ts";
import { escapeControls } from "../../log.ts";
import { usableConfig } from "../configuration.ts";
import { EXIT } from "../exit_codes.ts";
import type { Command } from "../options.ts";
import { asJson, json } from "../json.ts";
import { complain, print } from "../streams.ts";
import { didYouMean } from "../suggestion.ts";

/** What there is to say of a configuration. `config` is what is in force, defaults included, in the form of the file. */
interface Verdict {
  config?: Record<string, unknown>;
  errors: string[];
  warnings: string[];
}

/** `--check-config`: the configuration in force as YAML, its warnings as comments; each error on a line of its own. */
export async function checkConfig(command: Command): Promise<number> {
  const isJson = asJson(command);
  const { config, errors, warnings } = verdict(command);
  if (isJson) await print(command, json({ ...config && { config }, errors, warnings }));
  else {
    for (const error of errors) complain(error);
    const comments = warnings.map((warning) => `# ${escapeControls(warning)}\n`).join("");
    if (config) await print(command, stringify(config, { lineWidth: -1 }) + comments);
  }
  return errors.length > 0 ? EXIT.configuration : EXIT.done;
}

function verdict(command: Command): Verdict {
  try {
    const { config, warnings } = usableConfig(command);
    const unknown = config.unknownKeys.map((key) =>
      `${key} means nothing here and is ignored${didYouMean(key, CONFIG_KEYS)}`
    );
    return { config: effectiveConfig(config), errors: [], warnings: [...warnings, ...unknown] };
  } catch (error) {
    if (error instanceof ConfigError) return { errors: [...error.problems], warnings: [] };
    throw error;
  }
}
