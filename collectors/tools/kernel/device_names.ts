import { decode } from "../../host/text.ts";
import { eachDevice } from "../concurrency.ts";
import type { HostFiles } from "./files.ts";

/**
 * The names that udev gave block devices in one folder of /dev/disk, by the kernel's name of the device
 * (systemd-udevd, 60-persistent-storage.rules). `wanted` spares reading the links of the others.
 */
export async function deviceNames(
  files: HostFiles,
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<Map<string, string[]>> {
  const entries = (await files.entries(folder))?.filter(({ name }) => wanted(name)) ?? [];
  const targets = await eachDevice(entries, ({ name }) => files.link(`${folder}/${name}`));
  const names = new Map<string, string[]>();
  entries.forEach(({ name }, i) => {
    const target = targets[i];
    if (target === undefined) return;
    // Below /dev; a slash in the name is an exclamation mark in /sys/block: "../../cciss/c0d0p1".
    const device = target.replace(/^(?:\.\.\/|\/dev\/)+/, "").replaceAll("/", "!");
    const known = names.get(device);
    if (known) known.push(unescapeHex(name));
    else names.set(device, [unescapeHex(name)]);
  });
  return names;
}

/** udev writes what may not stand in a file name as \x20; several in a row are the bytes of one text. */
function unescapeHex(name: string): string {
  return name.replace(/(?:\\x[0-9a-f]{2})+/gi, (escaped) => {
    const bytes = escaped.split("\\x").slice(1).map((digits) => parseInt(digits, 16));
    return decode(Uint8Array.from(bytes));
  });
}
