/** What several formats say of a machine in the same way. */
import type { Bmc, BmcChannel, Disk, Facts, Nic } from "../../collectors/facts/mod.ts";

/** The name that the machine goes by: its host name, else its serial number, else "unnamed". */
export function machineName({ os, identity, system }: Facts): string {
  return os?.hostname ?? identity.hostname ?? system?.serialNumber ?? "unnamed";
}

/** The NICs with an Ethernet address of their own: no virtual functions, whose addresses change with every boot. */
export function ethernetNics(facts: Facts): (Nic & { mac: string })[] {
  return (facts.nics ?? []).flatMap((nic) => {
    const mac = ownMac(nic);
    return nic.physical && mac !== undefined ? [{ ...nic, mac }] : [];
  });
}

/** The burnt-in address: a slave of a bond has the bond's as its present one. Absent for InfiniBand's 20 octets. */
export function ownMac({ permanentMac, mac }: Nic): string | undefined {
  return [permanentMac, mac].find((address) => address !== undefined && address.length === "00:00:00:00:00:00".length);
}

/** The first address of a family, one that is routed before one that holds on the link alone. */
export function firstAddress({ addresses = [] }: Pick<Nic, "addresses">, family: "IPv4" | "IPv6") {
  const ofFamily = addresses.filter((each) => each.family === family);
  return ofFamily.find(({ scope }) => scope === "global") ?? ofFamily[0];
}

/** Disks that an operating system can be put on: with a size, and neither CD drives nor floppies. */
export function realDisks(facts: Facts): (Disk & { sizeBytes: number })[] {
  return (facts.disks ?? []).flatMap((disk) =>
    disk.sizeBytes && !/^(sr|fd)\d/.test(disk.name) ? [{ ...disk, sizeBytes: disk.sizeBytes }] : []
  );
}

/** The name that says how a disk is cabled, and stays after a reboot: /dev/disk/by-path/pci-0000:00:17.0-ata-1. */
export function byPath({ byPath = [] }: Disk): string | undefined {
  return byPath[0] === undefined ? undefined : `/dev/disk/by-path/${byPath[0]}`;
}

/** The BMC's channel that has an address: the first one, as not all of them are cabled. */
export function bmcChannel(bmc: Bmc | undefined): BmcChannel | undefined {
  const channels = bmc?.channels ?? [];
  return channels.find(({ ip }) => ip !== undefined && ip !== "0.0.0.0") ??
    channels.find(({ ipv6 }) => ipv6?.some(isRouted)) ?? channels[0];
}

/** The BMC's IPv4 address, where it has one. */
export function bmcIpv4(bmc: Bmc | undefined): string | undefined {
  const { ip } = bmcChannel(bmc) ?? {};
  return ip === "0.0.0.0" ? undefined : ip;
}

/** The BMC's IPv6 address that is routed, where it has one. */
export function bmcIpv6(bmc: Bmc | undefined): string | undefined {
  return bmcChannel(bmc)?.ipv6?.find(isRouted)?.address;
}

function isRouted({ address }: { address: string }): boolean {
  return !/^(fe[89ab][0-9a-f]:|::$|::\/|::1$)/i.test(address);
}

/** "2021-07-09" as SMBIOS and lshw have it: "07/09/2021". */
export function smbiosDate(iso: string | undefined): string | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "") ?? [];
  return year === undefined ? undefined : `${month}/${day}/${year}`;
}

/**
 * A disk's WWN as udev and lsblk have it (ID_WWN, ID_WWN_VENDOR_EXTENSION, ID_WWN_WITH_EXTENSION of udev's scsi_id and
 * ata_id): the first 16 hex digits of an NAA name, and what follows them. Names of another kind are whole, and have no
 * other form.
 */
export function udevWwn(wwn: string | undefined): { wwn?: string; extension?: string; withExtension?: string } {
  const [, name, extension] = /^naa\.([0-9a-f]{16})([0-9a-f]{16})?$/i.exec(wwn ?? "") ?? [];
  if (name === undefined) {
    // A T10 name is a vendor's text and no WWN to udev.
    return wwn === undefined || wwn.startsWith("t10.") ? {} : { wwn };
  }
  return {
    wwn: `0x${name}`,
    withExtension: `0x${name}${extension ?? ""}`,
    ...(extension === undefined ? {} : { extension: `0x${extension}` }),
  };
}
