/** Quantities and lists in words. */
import type { PciDevice } from "../../facts/mod.ts";

/** The parts that there are, with blanks between them. */
export function words(...parts: readonly (string | number | undefined | false)[]): string {
  return parts.filter((part) => part !== undefined && part !== "" && part !== false).join(" ");
}

/** The same with a dot between them. */
export function listed(...parts: readonly (string | number | undefined | false)[]): string {
  return parts.filter((part) => part !== undefined && part !== "" && part !== false).join(" · ");
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Memory, by powers of 1024: "64 GiB". */
export function binary(bytes: number | undefined): string | undefined {
  return scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);
}

/** Disks, by powers of 1000, as they are sold: "3.84 TB". */
export function decimal(bytes: number | undefined): string | undefined {
  return scaled(bytes, 1000, ["B", "kB", "MB", "GB", "TB", "PB"]);
}

function scaled(value: number | undefined, base: number, units: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  let i = 0;
  for (; value >= base && i < units.length - 1; i++) value /= base;
  return `${Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0))} ${units[i]}`;
}

/** "25G", "100M". */
export function bitRate(mbps: number | undefined): string | undefined {
  return mbps === undefined ? undefined : mbps >= 1000 ? `${mbps / 1000}G` : `${mbps}M`;
}

/** Transfers per second of a lane and the generation of PCI Express that has them (PCI Express Base 6.0, 1.2). */
const GENERATIONS: Readonly<Record<string, number>> = { "2.5": 1, "5": 2, "8": 3, "16": 4, "32": 5, "64": 6 };

/** "16.0 GT/s PCIe" is 4. */
export function generation(speed: string | undefined): number | undefined {
  return GENERATIONS[String(parseFloat(speed ?? ""))];
}

/** What a link runs at and what the device can: "×8 of ×16", "gen 3 of 4". */
export function linkWords(device: PciDevice): { width?: string; speed?: string } {
  const { linkWidth: lanes, maxLinkWidth: most } = device;
  const [gen, mostGen] = [generation(device.linkSpeed), generation(device.maxLinkSpeed)];
  return {
    ...(lanes ?? most) && { width: ofMost(lanes && `×${lanes}`, most && `×${most}`) },
    ...(gen ?? mostGen) && { speed: `gen ${ofMost(gen, mostGen)}` },
  };
}

function ofMost(now: string | number | undefined, most: string | number | undefined): string {
  if (now === undefined || now === 0) return `≤ ${most}`;
  return most === undefined || most === now ? String(now) : `${now} of ${most}`;
}

/** A processor's model without marks and clocks, which are the same for all: "Intel Xeon Gold 6230". */
export function cpuModel(model: string | undefined): string | undefined {
  return model?.replace(/\((R|TM)\)|\bCPU\b|\bProcessor\b|\b\d+-Core\b|@.*$/gi, " ").replace(/\s+/g, " ").trim();
}

/** What a PCI device is called: by lshw, else by its class and ids. */
export function deviceName({ product, class: kind, vendorId, deviceId, address }: PciDevice): string {
  return product ?? (words(kind, vendorId && deviceId && `${vendorId}:${deviceId}`) || address);
}
