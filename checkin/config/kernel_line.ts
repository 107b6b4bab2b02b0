/**
 * Settings on the host's kernel command line, for a machine that has no configuration file: our own words, and those
 * that Ironic gives to every machine that it boots for an inspection (ironic-python-agent, utils.get_agent_params and
 * inspector._get_urls).
 */

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

/** The address of the call, else that of the API; the first one that is there counts. */
const IRONIC_WORDS = ["ipa-inspection-callback-url", "ipa-api-url"] as const;

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
    origins.set(key, `kernel command line: ${word}`);
  };
  for (const [word, value] of words) {
    if (word.startsWith("hnl_mk.") && !word.startsWith(LABEL)) set(OWN_WORDS[word] ?? word, word, value);
  }
  const ironic = IRONIC_WORDS.find((word) => filled(words.get(word)));
  if (!values.has("mk_facts_uri") && ironic) {
    const uri = words.get(ironic)!.split(",").filter(filled);
    set("mk_facts_targets", ironic, [{ uri, format: "ironic" }]);
  }
  return values.has("mk_facts_uri") || values.has("mk_facts_targets") ? { values, origins } : undefined;
}

/**
 * The words NAME=VALUE; of several with one name the last counts. A value may stand in double quotes, and then hold
 * blanks (kernel-parameters.rst).
 */
function kernelWords(line: string): Map<string, string> {
  const words = new Map<string, string>();
  for (const [word] of line.matchAll(/(?:[^\s\0"]|"[^"]*(?:"|$))+/g)) {
    const [name, ...rest] = word.replaceAll('"', "").split("=");
    if (rest.length > 0) words.set(name!, rest.join("="));
  }
  return words;
}

function filled(text: string | undefined): boolean {
  return text !== undefined && text !== "";
}
