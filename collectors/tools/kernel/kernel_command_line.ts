import { type Labels, labelsOf } from "../../labels.ts";
import { macAddress } from "../../mac_address.ts";

/** The words of /proc/cmdline; double quotes keep blanks together and are dropped, as lib/cmdline.c does. */
export function commandLineWords(text: string): string[] {
  const words: string[] = [];
  let word = "", quoted = false, started = false;
  for (const character of text) {
    if (character === '"') {
      quoted = !quoted;
      started = true;
    } else if (!quoted && /\s/.test(character)) {
      if (started) words.push(word);
      word = "";
      started = false;
    } else {
      word += character;
      started = true;
    }
  }
  if (started) words.push(word);
  return words;
}

/**
 * The MAC of the interface that the machine booted from, lower case with colons: PXELINUX's IPAPPEND 2 and iPXE's
 * BOOTIF=01-52-54-00-12-34-56, where 01 is the hardware type of RFC 1700 (Ethernet); also without it, and with
 * colons, as people write it by hand. The last one counts.
 */
export function bootInterfaceMac(commandLine: string): string | undefined {
  const word = commandLineWords(commandLine).findLast((word) => /^BOOTIF=/i.test(word));
  const octets = word?.slice("BOOTIF=".length).replaceAll("-", ":").split(":");
  return macAddress((octets?.length === 7 && /^[0-9a-f]{2}$/i.test(octets[0]!) ? octets.slice(1) : octets)?.join(":"));
}

const LABEL = "hnl_mk.label.";

/** The operator's labels, `hnl_mk.label.KEY=VALUE`; of one key the last counts. Each key is absent where it is empty. */
export function kernelLabels(commandLine: string): { labels?: Labels; labelProblems?: string[] } {
  const words = commandLineWords(commandLine).filter((word) => word.startsWith(LABEL));
  const { labels, problems } = labelsOf(Object.fromEntries(words.map((word) => {
    const [key = "", ...value] = word.slice(LABEL.length).split("=");
    return [key, value.join("=")];
  })));
  return {
    ...Object.keys(labels).length > 0 && { labels },
    ...problems.length > 0 && { labelProblems: problems.map((problem) => `${LABEL}${problem}`) },
  };
}
