import type { HostFs } from "./host_fs.ts";
import { byName, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { readDeviceTree } from "./device_tree.ts";
import type { HostFiles } from "./files.ts";

/** What /sys says of the firmware, and of what it left for the kernel. */
type FirmwareFacts = Pick<
  HostFs,
  "bootMode" | "secureBoot" | "setupMode" | "dmiIds" | "deviceTree" | "tpm" | "hypervisor"
>;

/** The way the machine booted, SMBIOS's strings, the TPM, and the hypervisor that the kernel knows of. */
export async function readFirmware(files: HostFiles): Promise<FirmwareFacts> {
  const [entries, secureBoot, setupMode, dmiIds, deviceTree, tpm, hypervisor] = await Promise.all([
    files.entries("/sys/firmware"),
    readVariable(files, "SecureBoot"),
    readVariable(files, "SetupMode"),
    readDmiIds(files),
    readDeviceTree(files),
    readTpm(files),
    files.line("/sys/hypervisor/type"),
  ]);
  const names = new Set(entries?.map(({ name }) => name));
  // A container without privileges has an empty /sys/firmware, a board with a device tree alone has no BIOS.
  const isBios = ["acpi", "dmi", "memmap"].some((name) => names.has(name));
  return prune<FirmwareFacts>({
    bootMode: names.has("efi") ? "uefi" : isBios ? "bios" : undefined,
    secureBoot,
    setupMode,
    dmiIds,
    deviceTree,
    tpm,
    hypervisor,
  });
}

/** UEFI 2.10, 3.3: these variables are one byte, behind the four of its attributes that efivarfs adds. */
async function readVariable(files: HostFiles, name: "SecureBoot" | "SetupMode"): Promise<boolean | undefined> {
  const variable = await files.bytes(`/sys/firmware/efi/efivars/${name}-8be4df61-93ca-11d2-aa0d-00e098032b8c`);
  return variable?.length === 5 && variable[4]! <= 1 ? variable[4] === 1 : undefined;
}

/** /sys/class/dmi/id: one file a string of SMBIOS types 0 to 3. */
async function readDmiIds(files: HostFiles): Promise<Record<string, string> | undefined> {
  const folder = "/sys/class/dmi/id";
  // uevent and modalias repeat the others.
  const names = (await files.entries(folder))
    ?.filter(({ name, kind }) => kind === "file" && name !== "uevent" && name !== "modalias").map(({ name }) => name);
  if (!names) return undefined;
  const values = await Promise.all(names.map((name) => files.line(`${folder}/${name}`)));
  return prune<Record<string, string>>(Object.fromEntries(names.map((name, i) => [name, values[i]])));
}

/** The first TPM (Documentation/ABI/stable/sysfs-class-tpm). */
async function readTpm(files: HostFiles): Promise<HostFs["tpm"]> {
  const name = (await files.entries("/sys/class/tpm"))?.map(({ name }) => name).sort(byName)[0];
  if (name === undefined) return undefined;
  const folder = `/sys/class/tpm/${name}`;
  const [major, description, capabilities] = await Promise.all([
    files.line(`${folder}/tpm_version_major`),
    files.line(`${folder}/device/description`),
    files.text(`${folder}/device/caps`),
  ]);
  return prune<NonNullable<HostFs["tpm"]>>({
    version: tpmVersion(major, description, capabilities),
    description: told(description),
  });
}

/** Linux before 5.6 has no tpm_version_major: there `caps` is a file of 1.2 chips only, and ACPI describes 2.0 ones. */
function tpmVersion(major?: string, description?: string, capabilities?: string): string | undefined {
  if (major === "2" || major === undefined && description?.includes("2.0")) return "2.0";
  return major === "1" || capabilities !== undefined ? "1.2" : undefined;
}
