/** The QEMU line of a machine. */

import type { Image } from "./image.ts";
import { ARM_FIRMWARE } from "./debian.ts";
import type { Architecture, Machine, MachineDisk, MachineNic } from "./machine.ts";

/** What a machine is connected to. */
export interface Wiring {
  image: Image;
  /** The folder that the node sees as /share. */
  share: string;
  /** One file for each SMBIOS structure. */
  smbiosFiles: string[];
  /** Sockets that QEMU makes: its monitor, and the shell of the node. */
  monitorSocket: string;
  shellSocket: string;
  /** Where the console goes: standard output, or a TCP port for telnet. */
  console: "stdout" | number;
  /** The TCP port of the BMC simulator. */
  bmcPort?: number;
  /** UDP ports of a NIC whose wire leads to a switch, by the NIC's name: QEMU's own, and the switch's. */
  switchPorts: ReadonlyMap<string, { own: number; peer: number }>;
  /** True: a reboot boots the node again; false: it ends QEMU. */
  reboots: boolean;
}

const DRIVERS = {
  "virtio-net-pci": "virtio_net",
  "e1000e": "e1000e",
  "e1000": "e1000",
  "virtio-blk": "virtio_blk",
  "virtio-scsi": "virtio_scsi",
  "ahci": "ahci",
  "megaraid": "megaraid_sas",
  "nvme": "nvme",
} as const;

/** What differs by architecture: the program, the kernel's name of the serial port, and the board with its CPUs. */
interface Board {
  program: string;
  console: string;
  arguments(machine: Machine): string[];
}

const BOARDS: Record<Architecture, Board> = {
  x86_64: {
    ...{ program: "qemu-system-x86_64", console: "ttyS0" },
    arguments: ({ cpu: { model, modelName } }) => [
      ...["-machine", "q35", "-cpu", `${model},model-id=${modelName}`, "-device", "VGA,addr=2"],
    ],
  },
  aarch64: {
    ...{ program: "qemu-system-aarch64", console: "ttyAMA0" },
    // Only UEFI hands SMBIOS tables on.
    arguments: ({ cpu }) => ["-machine", "virt,gic-version=3", "-cpu", cpu.model, "-bios", ARM_FIRMWARE],
  },
};

/** The program that is such a machine. */
export function qemuProgram({ architecture }: Machine): string {
  return BOARDS[architecture].program;
}

/**
 * The arguments. Only emulation: where this runs, nested virtualisation may hang a guest without a word. What is
 * translated is forgotten early, for memory that has held code is slow to write: a reboot would take a minute longer.
 */
export function qemuArguments(machine: Machine, wiring: Wiring): string[] {
  const { cpu } = machine;
  const { sockets, emptySockets = 0, coresPerSocket, threadsPerCore } = cpu;
  const allSockets = sockets + emptySockets, cpusPerSocket = coresPerSocket * threadsPerCore;
  const cpus = sockets * cpusPerSocket;
  return [
    ...["-nodefaults", "-accel", "tcg,tb-size=160", "-m", `${machine.memoryMiB}`],
    ...BOARDS[machine.architecture].arguments(machine),
    ...["-smp", `${cpus},maxcpus=${allSockets * cpusPerSocket},sockets=${allSockets}`],
    ...["-smp", `cores=${coresPerSocket},threads=${threadsPerCore}`],
    ...numaArguments(machine, cpus),
    ...wiring.smbiosFiles.flatMap((file) => ["-smbios", `file=${file}`]),
    ...["-display", "none"],
    ...bridgeArguments(machine.nics),
    ...machine.nics.flatMap((nic) => nicArguments(nic, wiring)),
    ...diskArguments(machine.disks),
    ...bmcArguments(wiring),
    ...["-virtfs", `local,path=${wiring.share},mount_tag=share,security_model=none,id=share`],
    ...["-chardev", consoleDevice(wiring.console), "-serial", "chardev:console"],
    ...[
      "-chardev",
      `socket,id=shell,path=${wiring.shellSocket},server=on,wait=off`,
      "-device",
      "virtio-serial-pci,addr=b",
      "-device",
      "virtserialport,chardev=shell",
    ],
    ...["-qmp", `unix:${wiring.monitorSocket},server=on,wait=off`],
    ...["-kernel", wiring.image.kernel, "-initrd", wiring.image.initrd, "-append", kernelLine(machine)],
    ...(wiring.reboots ? [] : ["-no-reboot"]),
  ];
}

/** The kernel command line; words that begin with `node.` are for init.sh. */
function kernelLine(machine: Machine): string {
  const network = new Set(["virtio_pci", ...machine.nics.map((nic) => DRIVERS[nic.model])]);
  const others = [
    "9p",
    "9pnet_virtio",
    "virtio_console",
    "sd_mod",
    "sg",
    ...machine.disks.map((disk) => DRIVERS[disk.kind]),
  ];
  if (machine.bmc) others.push("ipmi_si", "ipmi_devintf");
  const uplink = machine.nics.find((nic) => nic.wire.kind === "host");
  return [
    ...[
      `console=${BOARDS[machine.architecture].console}`,
      "quiet",
      "panic=-1",
      "rootfstype=ramfs",
      "scsi_mod.scan=manual",
      ...machine.kernelArguments,
    ],
    `node.network=${[...network].join(",")}`,
    `node.modules=${[...new Set(others)].join(",")}`,
    `node.scsi=${scsiAddresses(machine.disks).join(",")}`,
    `node.hostname=${machine.hostname}`,
    ...(uplink ? [`node.uplink=${uplink.mac}`] : []),
  ].join(" ");
}

/** Where init.sh is to look for SCSI disks: driver, channel, target and unit. */
function scsiAddresses(disks: readonly MachineDisk[]): string[] {
  return disks.flatMap(({ kind }, index) => {
    if (kind === "virtio-scsi") return `${DRIVERS[kind]}:0:${index}:0`;
    return kind === "megaraid" ? `${DRIVERS[kind]}:2:0:0` : [];
  });
}

function numaArguments({ cpu, memoryMiB }: Machine, cpus: number): string[] {
  const each = cpus / cpu.numaNodes;
  return Array.from({ length: cpu.numaNodes }, (_, node) => [
    ...["-object", `memory-backend-ram,id=memory${node},size=${memoryMiB / cpu.numaNodes}M`],
    ...["-numa", `node,nodeid=${node},cpus=${node * each}-${(node + 1) * each - 1},memdev=memory${node}`],
  ]).flat();
}

function nicArguments(nic: MachineNic, wiring: Wiring): string[] {
  const bus = nic.bridge === undefined ? "pcie.0" : `bridge${nic.bridge}`;
  return [
    ...["-netdev", netdev(nic, wiring)],
    // Without its boot ROM each NIC saves a second of firmware.
    ...[
      "-device",
      `${nic.model},id=${nic.name},netdev=net-${nic.name},mac=${nic.mac},bus=${bus},addr=${
        nic.slot.toString(16)
      },romfile=`,
    ],
  ];
}

function netdev({ name, wire }: MachineNic, wiring: Wiring): string {
  if (wire.kind === "host") return `user,id=net-${name},ipv6=off`;
  const ports = wiring.switchPorts.get(name);
  if (ports) return `socket,id=net-${name},udp=127.0.0.1:${ports.peer},localaddr=127.0.0.1:${ports.own}`;
  return `hubport,id=net-${name},hubid=${wiring.switchPorts.size + Number(name.replace(/\D/g, ""))}`;
}

/** PCI bridges for the NICs that are behind one; device 0 of a bridge is its hot-plug controller. */
function bridgeArguments(nics: readonly MachineNic[]): string[] {
  const bridges = new Set(nics.flatMap((nic) => nic.bridge ?? []));
  return [...bridges].flatMap((
    bridge,
  ) => ["-device", `pci-bridge,id=bridge${bridge},chassis_nr=${bridge},addr=${0x10 + bridge}`]);
}

/** Disks of zeros that take no room on this machine, and lose what is written to them. */
function diskArguments(disks: readonly MachineDisk[]): string[] {
  const kinds = new Set(disks.map((disk) => disk.kind));
  return [
    ...(kinds.has("virtio-scsi") ? ["-device", "virtio-scsi-pci,id=virtio-scsi,addr=7"] : []),
    ...(kinds.has("megaraid") ? ["-device", "megasas,id=megaraid,addr=9"] : []),
    ...disks.flatMap((disk, index) => {
      const { name, sizeBytes: size } = disk;
      const blocks = { driver: "null-co", "node-name": `blocks-${name}`, size, "read-zeroes": true };
      return ["-blockdev", JSON.stringify(blocks), ...diskDevice(disk, index)];
    }),
  ];
}

function diskDevice(disk: MachineDisk, index: number): string[] {
  const { name, serialNumber: serial, wwn, vendor, model, firmware, rpm } = disk;
  const drive = `drive=blocks-${name},id=${name}`;
  const told = `serial=${serial},wwn=${wwn},ver=${firmware},rotation_rate=${rpm ?? 1}`;
  switch (disk.kind) {
    case "virtio-blk":
      return ["-device", `virtio-blk-pci,${drive},serial=${serial},addr=6`];
    case "ahci":
      return ["-device", `ide-hd,${drive},bus=ide.0,model=${model},${told}`];
    case "virtio-scsi":
      return [
        "-device",
        `scsi-hd,${drive},bus=virtio-scsi.0,scsi-id=${index},vendor=${vendor},product=${model},${told}`,
      ];
    case "megaraid":
      return ["-device", `scsi-hd,${drive},bus=megaraid.0,vendor=${vendor},product=${model},${told}`];
    case "nvme":
      return ["-device", `nvme,${drive},serial=${serial},addr=${(0xc + Number(/\d+/.exec(name))).toString(16)}`];
  }
}

function bmcArguments({ bmcPort }: Wiring): string[] {
  if (bmcPort === undefined) return [];
  return [
    ...["-chardev", `socket,id=bmc,host=127.0.0.1,port=${bmcPort},reconnect=1`],
    ...["-device", "ipmi-bmc-extern,id=bmc0,chardev=bmc", "-device", "isa-ipmi-kcs,bmc=bmc0"],
  ];
}

function consoleDevice(console: Wiring["console"]): string {
  if (console === "stdout") return "stdio,id=console,signal=off";
  return `socket,id=console,host=127.0.0.1,port=${console},server=on,wait=off,telnet=on`;
}
