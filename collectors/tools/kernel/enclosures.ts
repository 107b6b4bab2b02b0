import { eachDevice } from "../concurrency.ts";
import { lastStep } from "./device_path.ts";
import type { HostFiles } from "./files.ts";

/** Where a disk is fitted. */
export interface Bay {
  enclosure?: string;
  bay?: string;
}

const ENCLOSURES = "/sys/class/enclosure", SAS_DEVICES = "/sys/class/sas_device";

/**
 * The bays of the enclosures that SES processors describe (drivers/misc/enclosure.c, module ses), by the SCSI address
 * (host:channel:target:lun) of what is in them.
 */
export async function readBays(files: HostFiles): Promise<Map<string, Bay>> {
  const enclosures = (await files.entries(ENCLOSURES)) ?? [];
  const bays = await eachDevice(enclosures, async ({ name }) => {
    const folder = `${ENCLOSURES}/${name}`;
    const [id, entries] = await Promise.all([files.line(`${folder}/id`), files.entries(folder)]);
    const elements = (entries ?? []).filter(({ name, kind }) => kind === "folder" && name !== "power");
    return await eachDevice(elements, async (element) => {
      const device = await files.link(`${folder}/${element.name}/device`);
      if (device === undefined) return [];
      // Fans and supplies have no device; expanders have one that is no disk.
      const slot = await files.line(`${folder}/${element.name}/slot`);
      const bay: Bay = { enclosure: id && !isZero(id) ? id : name, bay: slot ?? element.name.trim() };
      return [[lastStep(device), bay] as const];
    });
  });
  return new Map(bays.flat(2));
}

/**
 * What the adapter itself knows of the bay (scsi_transport_sas.c): where no SES module is loaded, and on a backplane
 * without a processor. `path` is that of the disk from /sys/devices on.
 */
export async function readSasBay(files: HostFiles, path: readonly string[]): Promise<Bay> {
  const device = path.findLast((step) => step.startsWith("end_device-"));
  if (device === undefined) return {};
  const [enclosure, bay] = await Promise.all(
    ["enclosure_identifier", "bay_identifier"].map((name) => files.line(`${SAS_DEVICES}/${device}/${name}`)),
  );
  // Without an enclosure the number of the bay is a default.
  if (enclosure === undefined || isZero(enclosure) || bay === undefined) return {};
  return { enclosure, bay };
}

function isZero(id: string): boolean {
  return /^(0x)?0+$/.test(id);
}
