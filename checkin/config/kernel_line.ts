/**
 * Settings on the host's kernel command line, for a machine that has no configuration file: our own words, and those
 * that Ironic gives to every machine that it boots for an inspection (ironic-python-agent, utils.get_agent_params and
 * inspector._get_urls).
 */
import { commandLineWords } from "../../collectors/tools/kernel/kernel_command_line.ts";

/** What is read there is said to be from. */
export const KERNEL_LINE = "kernel command line";

/** Keys of a configuration with the values that were found, and which word each was found in. */
export interface KernelSettings {
  values: Map<string, unknown>;
  /** By key: "kernel command line: hnl_mk.facts_uri". */
  origins: Map<string, string>;
}

/** Our words, and the keys of mk_conf.yaml that they stand for. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  "hnl_mk.facts_uri": "mk_facts_uri",
  "hnl_mk.facts_format": "mk_facts_format",
  "hnl_mk.interval": "mk_checkin_interval",
};

/** The address of the call, else that of the API: the first word counts that has one. */
const IRONIC_WORDS = ["ipa-inspection-callback-url", "ipa-api-url"] as const;

/** Every word of ours but the labels. */
export const KERNEL_WORDS: readonly string[] = Object.keys(OWN_WORDS);

/** A fact of the machine, and no setting of the agent. */
const LABEL = "hnl_mk.label.";

/**
 * The settings of a kernel command line; undefined where it has none that says where facts are to go. What begins like a
 * word of ours and is none is kept under its own name, so that it is reported like any unknown key.
 */
export function kernelSettings(line: string): KernelSettings | undefined {
  const words = kernelWords(line);
  const values = new Map<string, unknown>(), origins = new Map<string, string>();
  const set = (key: string, word: string, value: unknown) => {
    values.set(key, value);
    origins.set(key, `${KERNEL_LINE}: ${word}`);
  };
  for (const [word, value] of words) {
    if (word.startsWith("hnl_mk.") && !word.startsWith(LABEL)) set(OWN_WORDS[word] ?? word, word, value);
  }
  const ironic = IRONIC_WORDS.map((word) => ({ word, uri: words.get(word)?.split(",").filter(Boolean) ?? [] }))
    .filter(({ uri }) => uri.length > 0);
  // "mdns": the agent of Ironic looks for the address in its network.
  const named = ironic.find(({ uri }) => !uri.includes("mdns")) ?? ironic[0];
  if (!values.has("mk_facts_uri") && named) {
    set("mk_facts_targets", named.word, [{ uri: named.uri, format: "ironic" }]);
  }
  return values.has("mk_facts_uri") || values.has("mk_facts_targets") ? { values, origins } : undefined;
}

/** The words NAME=VALUE; of several with one name the last counts. */
function kernelWords(line: string): Map<string, string> {
  const words = commandLineWords(line.replaceAll("\0", " ")).filter((word) => word.includes("="));
  return new Map(words.map((word) => {
    const [name = "", ...value] = word.split("=");
    return [name, value.join("=")];
  }));
}
