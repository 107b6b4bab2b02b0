/** The machines by name. */

import type { Machine } from "../machine.ts";
import { arm } from "./arm.ts";
import { dell } from "./dell.ts";
import { dump } from "./dump.ts";
import { plain } from "./plain.ts";
import { wide } from "./wide.ts";

const MACHINE_NAMES = ["dell", "plain", "wide", "arm", "dump"] as const;

/** The machine of that name. Throws an Error that names them all, or the variable that the dump is wanted in. */
export async function machineNamed(name: string | undefined): Promise<Machine> {
  switch (name) {
    case "dell":
      return dell;
    case "plain":
      return plain;
    case "wide":
      return wide;
    case "arm":
      return arm;
    case "dump": {
      const machine = await dump();
      if (!machine) throw new Error("HNL_MK_DMI_DUMP names no file of dmidecode --dump-bin");
      return machine;
    }
    default:
      throw new Error(`no machine ${name ?? "named"}: one of ${MACHINE_NAMES.join(", ")}`);
  }
}
