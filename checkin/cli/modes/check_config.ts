import { stringify } from "@std/yaml";
import type { Labels } from "../../../collectors/labels.ts";
import { readText, valueOf } from "../../../collectors/host/mod.ts";
import { kernelLabels } from "../../../collectors/tools/kernel/kernel_command_line.ts";
import { CONFIG_KEYS, type ConfigKey } from "../../config/keys.ts";
import { KERNEL_LINE, KERNEL_WORDS } from "../../config/kernel_line.ts";
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

/**
 * `--check-config`: the configuration in force as YAML, its warnings as comments; without one all that is wrong, a line
 * each.
 */
export async function checkConfig(command: Command): Promise<number> {
  const isJson = asJson(command);
  const host = localHost(command);
  const line = await kernelLine(command, host);
  const checked = verdict(command, line);
  // Labels count beside a file as well.
  const { config, origins, errors, warnings } = labelled(checked, valueOf(await readText(host, "/proc/cmdline")) ?? "");
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
  return unknownKeys.map((key) => {
    const known = key.startsWith("hnl_mk.") ? KERNEL_WORDS : CONFIG_KEYS;
    return `${key} means nothing here and is ignored${didYouMean(key, known)}`;
  });
}

/** With the labels that the kernel command line gives the machine: of one that both have, that one counts. */
function labelled(verdict: Verdict, commandLine: string): Verdict {
  const { config, origins } = verdict;
  const { labels, labelProblems = [] } = kernelLabels(commandLine);
  if (!config) return verdict;
  const warnings = [...verdict.warnings, ...labelProblems.map((problem) => `${KERNEL_LINE}: ${problem}`)];
  if (!labels) return { ...verdict, warnings };
  const configured = config["mk_labels"] as Labels | undefined;
  const words = Object.keys(labels).map((key) => `hnl_mk.label.${key}`).join(", ");
  const origin = [...configured ? [origins!["mk_labels"]] : [], `${KERNEL_LINE}: ${words}`].join("; ");
  return {
    config: { ...config, mk_labels: { ...configured, ...labels } },
    origins: { ...origins, mk_labels: origin },
    errors: verdict.errors,
    warnings,
  };
}
