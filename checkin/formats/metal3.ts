/**
 * What metal3 knows of a host: `spec.hardware` of its HardwareData resource, and the annotation
 * `inspect.metal3.io/hardwaredetails`, which takes the same from outside (metal3.io_hardwaredata.yaml and
 * docs/inspectAnnotation.md of baremetal-operator). The values are the ones that it makes of Ironic's inventory.
 */
import type { Disk, Facts, Neighbour, Nic } from "../../collectors/facts/mod.ts";
import { nonEmpty, prune } from "../../collectors/values.ts";
import { byPath, ethernetNics, firstAddress, machineName, realDisks, smbiosDate, udevWwn } from "./machine.ts";

/** The hardware of one host. */
export interface Metal3Hardware {
  systemVendor: { manufacturer?: string; productName?: string; serialNumber?: string };
  firmware?: { bios: { vendor?: string; version?: string; date?: string } };
  ramMebibytes?: number;
  cpu: { arch?: string; model?: string; clockMegahertz?: number; flags?: string[]; count?: number };
  nics?: Metal3Nic[];
  storage?: Metal3Storage[];
  hostname: string;
}

interface Metal3Nic {
  name: string;
  mac: string;
  /** "0x8086 0x1572" */
  model?: string;
  ip?: string;
  speedGbps?: number;
  pciAddress?: string;
  pxe: boolean;
  /** The VLAN without a tag. */
  vlanId?: number;
  vlans?: { id: number; name?: string }[];
  lldp?: { switchID?: string; portID?: string; switchSystemName?: string };
}

interface Metal3Storage {
  /** By path where it has such a name, which stays after a reboot; else "/dev/sda". */
  name: string;
  /** All its names. */
  alternateNames: string[];
  type?: "HDD" | "SSD" | "NVME";
  rotational?: boolean;
  sizeBytes: number;
  vendor?: string;
  model?: string;
  serialNumber?: string;
  wwn?: string;
  wwnVendorExtension?: string;
  wwnWithExtension?: string;
  hctl?: string;
}

/**
 * The document for `facts`. A NIC with an address of each family is two entries, as metal3 has it.
 *
 * Left out, because the resource has no place for it: DIMMs, power supplies, PCI devices other than NICs, the BMC.
 */
export function metal3Hardware(facts: Facts): Metal3Hardware {
  const { system, firmware, memory, cpu, os, neighbours = [] } = facts;
  const { vendor, version, releaseDate } = firmware ?? {};
  const ramBytes = memory?.totalBytes ?? memory?.usableBytes;
  const neighbourOf = new Map(neighbours.map((each) => [each.interface, each]));
  return prune<Metal3Hardware>({
    systemVendor: prune<Metal3Hardware["systemVendor"]>({
      manufacturer: system?.manufacturer,
      productName: system?.productName,
      serialNumber: system?.serialNumber,
    }),
    firmware: (vendor ?? version ?? releaseDate) === undefined ? undefined : {
      bios: prune<{ vendor?: string; version?: string; date?: string }>({
        vendor,
        version,
        date: smbiosDate(releaseDate),
      }),
    },
    ramMebibytes: ramBytes === undefined ? undefined : Math.floor(ramBytes / 2 ** 20),
    cpu: prune<Metal3Hardware["cpu"]>({
      arch: cpu?.architecture ?? os?.hardwareModel,
      model: cpu?.modelName,
      clockMegahertz: cpu?.maxMHz ?? cpu?.packages?.find(({ populated }) => populated)?.currentMHz,
      flags: cpu?.flags && [...cpu.flags].sort(),
      count: cpu?.logicalCpus ?? cpu?.onlineCpus,
    }),
    nics: nonEmpty(ethernetNics(facts).flatMap((nic) => nics(nic, neighbourOf.get(nic.name)))),
    storage: nonEmpty(realDisks(facts).map(storage)),
    hostname: machineName(facts),
  });
}

function nics(nic: Nic & { mac: string }, neighbour: Neighbour | undefined): Metal3Nic[] {
  const { vendorId, deviceId } = nic;
  const speedMbps = nic.maxSpeedMbps ?? nic.speedMbps;
  const { chassisId, portId, systemName, pvid, vlans } = neighbour ?? {};
  const ips = (["IPv4", "IPv6"] as const).flatMap((family) => firstAddress(nic, family)?.address ?? []);
  return (ips.length > 0 ? ips : [undefined]).map((ip) =>
    prune<Metal3Nic>({
      name: nic.name,
      mac: nic.mac,
      model: vendorId && deviceId && `0x${vendorId} 0x${deviceId}`,
      ip,
      speedGbps: speedMbps === undefined ? undefined : Math.floor(speedMbps / 1000),
      pciAddress: nic.pciAddress,
      pxe: nic.bootInterface === true,
      vlanId: isVlan(pvid) ? pvid : undefined,
      vlans: vlans && nonEmpty(vlans.filter(({ id }) => isVlan(id))),
      lldp: neighbour && prune<NonNullable<Metal3Nic["lldp"]>>({
        switchID: chassisId?.value,
        portID: portId?.value,
        switchSystemName: systemName,
      }),
    })
  );
}

/** The numbers that the resource takes; 4095 is reserved (802.1Q table 9-2). */
function isVlan(id: number | undefined): boolean {
  return id !== undefined && id >= 0 && id <= 4094;
}

function storage(disk: Disk & { sizeBytes: number }): Metal3Storage {
  const { wwn, extension, withExtension } = udevWwn(disk.wwn);
  const names = [disk.path ?? `/dev/${disk.name}`, byPath(disk)].filter((name) => name !== undefined);
  return prune<Metal3Storage>({
    name: names.at(-1)!,
    alternateNames: names,
    type: disk.transport === "nvme"
      ? "NVME"
      : disk.rotational === undefined
      ? undefined
      : disk.rotational
      ? "HDD"
      : "SSD",
    rotational: disk.rotational,
    sizeBytes: disk.sizeBytes,
    vendor: disk.vendor,
    model: disk.model,
    serialNumber: disk.serialNumber,
    wwn,
    wwnVendorExtension: extension,
    wwnWithExtension: withExtension,
    hctl: disk.hctl,
  });
}
