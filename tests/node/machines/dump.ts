import type { Machine } from "../machine.ts";
import { structuresOfDump } from "../smbios.ts";
import { plain } from "./plain.ts";

/**
 * A machine with the SMBIOS table of a real one: a file of `dmidecode --dump-bin` that HNL_MK_DMI_DUMP names.
 * Undefined where it names none. What the table tells is not known here.
 */
export async function dump(): Promise<Machine | undefined> {
  const path = Deno.env.get("HNL_MK_DMI_DUMP");
  if (!path) return undefined;
  const smbios = structuresOfDump(await Deno.readFile(path));
  // QEMU wants as many sockets as the table tells; to emulate a CPU in each of 128 would take an hour.
  const emptySockets = Math.max(0, smbios.filter(([type]) => type === 4).length - 1);
  return {
    ...plain,
    name: "dump",
    summary: `a machine with the firmware's tables of ${path}`,
    ...{ smbios, cpu: { ...plain.cpu, emptySockets } },
    firmwareFacts: {},
  };
}
