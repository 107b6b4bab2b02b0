import { assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { physicalNics } from "../../../../collectors/tools/kernel/physical_nics.ts";
import { valueOf } from "../../../../collectors/host/mod.ts";
import { withFolder } from "../../host/support.ts";
import { collectFrom, type Entries, makeMachine, nic, pciDevice } from "./tree.ts";

Deno.test("physicalNics() gives the interfaces with hardware behind them, virtual functions left out", async () => {
  await withFolder(async (sys) => {
    // Laid out as the kernel does it: a bond, a VLAN, two ports, a virtual function of the first, a virtio NIC.
    const links: Record<string, string> = {
      "class/net/lo": "../../devices/virtual/net/lo",
      "class/net/bond0": "../../devices/virtual/net/bond0",
      "class/net/eth0.5": "../../devices/virtual/net/eth0.5",
      "class/net/eth10": "../../devices/pci0000:00/0000:00:03.1/net/eth10",
      "class/net/eth2": "../../devices/pci0000:00/0000:00:03.0/net/eth2",
      "class/net/eth3": "../../devices/pci0000:00/0000:00:03.4/net/eth3",
      "class/net/eth4": "../../devices/pci0000:00/0000:00:04.0/virtio0/net/eth4",
      "devices/pci0000:00/0000:00:03.0/net/eth2/device": "../../../0000:00:03.0",
      "devices/pci0000:00/0000:00:03.1/net/eth10/device": "../../../0000:00:03.1",
      "devices/pci0000:00/0000:00:03.4/net/eth3/device": "../../../0000:00:03.4",
      "devices/pci0000:00/0000:00:03.4/physfn": "../0000:00:03.0",
      "devices/pci0000:00/0000:00:04.0/virtio0/net/eth4/device": "../../../virtio0",
    };
    for (const name of ["lo", "bond0", "eth0.5"]) {
      await Deno.mkdir(join(sys, "devices/virtual/net", name), { recursive: true });
    }
    for (const [name, target] of Object.entries(links)) {
      await Deno.mkdir(dirname(join(sys, name)), { recursive: true });
      await Deno.symlink(target, join(sys, name));
    }
    await Deno.writeTextFile(join(sys, "class/net/bonding_masters"), "bond0\n");
    assertEquals(valueOf(await physicalNics(createLocalHost({ roots: { sys } }))), ["eth2", "eth4", "eth10"]);
  });
});

Deno.test("physicalNics() are not known where /sys cannot be read", async () => {
  assertEquals(valueOf(await physicalNics(createLocalHost({ roots: { sys: "/nowhere" } }))), undefined);
});

/** A DPU (BlueField) with its two ports, and what hangs below them that is none. */
const DPU: Entries = {
  "sys/class/net/bonding_masters": "",
  ...pciDevice("pci0000:00/0000:00:00.0/0000:03:00.0", { uevent: "DRIVER=mlx5_core" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/p0", { phys_port_name: "p0" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/p1", { phys_port_name: "p1" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/pf0hpf", { phys_port_name: "pf0" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/eth0", { phys_port_name: "pf0vf0" }),
  // Before devlink: of ice, nfp and mlx5.
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/eth1", { phys_port_name: "pf0vfr3" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/eth2", { phys_port_name: "pf0s1" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/eth3", { phys_port_name: "n0" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/eth4", { phys_port_name: "12" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/net/en3f0pf0sf88", { phys_port_name: "c1pf0sf88" }),
  ...nic("pci0000:00/0000:00:00.0/0000:03:00.0/mlx5_core.sf.4/net/enp3s0f0s0", {}),
  ...nic("pci0000:00/0000:00:00.0/0000:04:00.0/net/wlp4s0", { uevent: "DEVTYPE=wlan\nINTERFACE=wlp4s0\n" }),
  ...nic("platform/MLNXBF01:00/virtio1/net/tmfifo_net0", {}),
  ...nic("platform/MLNXBF17:00/net/oob_net0", {}),
  ...nic("virtual/net/lo", {}),
};

Deno.test("physicalNics() are those that the facts call physical: no representor, subfunction or FIFO", async () => {
  await using machine = await makeMachine({ "proc/version": "Linux", ...DPU });
  const physical = valueOf(await physicalNics(machine.host));
  assertEquals(physical, ["oob_net0", "p0", "p1"]);
  const { nics } = (await collectFrom(machine.host)).value!;
  assertEquals(nics?.filter(({ physical }) => physical).map(({ name }) => name), physical);
});
