import type { Machine, MachineDisk, MachineNic } from "../machine.ts";
import { plain } from "./plain.ts";

const NICS = 24;
const SCSI_DISKS = 36;
const NVME_DISKS = 4;

const two = (number: number) => String(number).padStart(2, "0");

/** As many NICs and disks as a chassis takes, so that names go beyond eth9 and sdz. */
export const wide: Machine = {
  ...plain,
  name: "wide",
  summary: `${NICS} NICs and ${SCSI_DISKS + NVME_DISKS} disks`,
  hostname: "wide",
  memoryMiB: 1024,
  cpu: { ...plain.cpu, coresPerSocket: 2 },
  nics: Array.from({ length: NICS }, (_, index): MachineNic => ({
    ...{ name: `eth${index}`, mac: `52:54:00:0b:00:${two(index)}`, model: "virtio-net-pci" },
    ...{ bridge: 1, slot: index + 1, wire: { kind: index === 0 ? "host" : "silent" } },
  })),
  disks: [
    ...Array.from({ length: SCSI_DISKS }, (_, index): MachineDisk => ({
      name: `sd${index < 26 ? "" : "a"}${String.fromCharCode(97 + index % 26)}`,
      ...{ kind: "virtio-scsi", sizeBytes: (index + 1) * 10 ** 9, serialNumber: `WIDE-SCSI-${two(index)}` },
      ...{ vendor: "HGST", model: "HUS726040AL5210", firmware: "A519", rpm: 7200 },
      wwn: `0x5000cca25d0000${two(index)}`,
    })),
    ...Array.from({ length: NVME_DISKS }, (_, index): MachineDisk => ({
      ...{ name: `nvme${index}n1`, kind: "nvme", sizeBytes: (index + 1) * 2 ** 30 },
      serialNumber: `WIDE-NVME-${index}`,
    })),
  ],
};
