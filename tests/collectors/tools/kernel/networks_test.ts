/** Trees as mlx5_ib, lpfc and iscsi_tcp make them: made up from the kernel's sources and its Documentation/ABI. */
import { assertEquals } from "@std/assert";
import { below, type Entries, hostFsOf } from "./tree.ts";

const CARD = "pci0000:3a/0000:3a:00.0/0000:3b:00.0";

/** An RDMA device of one port. */
function rdma(name: string, port: Entries, own: Entries = {}): Entries {
  const path = `${CARD}/infiniband/${name}`;
  return {
    [`sys/class/infiniband/${name}`]: `-> ../../devices/${path}`,
    ...below(`sys/devices/${path}`, {
      node_guid: "506b:4b03:00f5:1b3a",
      board_id: "MT_0000000008",
      hca_type: "MT4115",
      fw_ver: "12.28.2006",
      ...own,
    }),
    ...below(`sys/devices/${path}/ports/1`, port),
  };
}

Deno.test("hostfsCollector tells all of an InfiniBand port", async () => {
  const { infiniband } = await hostFsOf(rdma("mlx5_0", {
    link_layer: "InfiniBand",
    state: "4: ACTIVE",
    phys_state: "5: LinkUp",
    rate: "100 Gb/sec (4X EDR)",
    lid: "0x1f",
    "gids/0": "fe80:0000:0000:0000:506b:4b03:00f5:1b3b",
  }));
  assertEquals(infiniband, [{
    name: "mlx5_0/1",
    device: "mlx5_0",
    port: 1,
    linkLayer: "InfiniBand",
    nodeGuid: "506b:4b03:00f5:1b3a",
    boardId: "MT_0000000008",
    model: "MT4115",
    firmware: "12.28.2006",
    pciAddress: "0000:3b:00.0",
    portGuid: "506b:4b03:00f5:1b3b",
    state: "ACTIVE",
    physicalState: "LinkUp",
    rate: "100 Gb/sec (4X EDR)",
    speedMbps: 100000,
    lid: 31,
  }]);
});

Deno.test("hostfsCollector takes neither zeros for a GUID nor an Ethernet port's address", async () => {
  const { infiniband } = await hostFsOf({
    ...rdma("mlx5_10", {
      link_layer: "Ethernet",
      state: "1: DOWN",
      rate: "2.5 Gb/sec (1X SDR)",
      lid: "0x0",
      "gids/0": "fe80:0000:0000:0000:ba3f:d2ff:fe00:0011",
    }),
    ...rdma("mlx5_2", { "gids/0": "0000:0000:0000:0000:0000:0000:0000:0000", link_layer: "InfiniBand", rate: "?" }, {
      node_guid: "0000:0000:0000:0000",
    }),
  });
  const found = infiniband?.map(({ name, nodeGuid, portGuid, state, speedMbps, lid }) =>
    [name, nodeGuid, portGuid, state, speedMbps, lid] as const
  );
  assertEquals(found, [
    ["mlx5_2/1", undefined, undefined, undefined, undefined, undefined],
    ["mlx5_10/1", "506b:4b03:00f5:1b3a", undefined, "DOWN", 2500, undefined],
  ]);
});

function fcHost(name: string, files: Entries): Entries {
  const path = `${CARD}/${name}/fc_host/${name}`;
  return { [`sys/class/fc_host/${name}`]: `-> ../../devices/${path}`, ...below(`sys/devices/${path}`, files) };
}

Deno.test("hostfsCollector tells a Fibre Channel port with its names, state and speeds", async () => {
  const { fibreChannel } = await hostFsOf({
    ...fcHost("host10", {
      node_name: "0xFFFFFFFFFFFFFFFF",
      port_name: "0x10000090fa1b2c3e",
      port_state: "Linkdown",
      speed: "Unknown",
      port_id: "0x000000",
      fabric_name: "0x0",
    }),
    ...fcHost("host5", {
      node_name: "0x20000090fa1b2c3d",
      port_name: "0x10000090fa1b2c3d",
      port_state: "Online",
      speed: "16 Gbit",
      supported_speeds: "16 Gbit, 4 Gbit, 8 Gbit",
      port_type: "NPort (fabric via point-to-point)",
      port_id: "0x010200",
      fabric_name: "0x100050eb1a123456",
      symbolic_name: "Emulex LPe16002B-M6 FV12.8.614.16 DV12.8.0.10",
    }),
  });
  assertEquals(fibreChannel, [
    {
      name: "host5",
      wwnn: "0x20000090fa1b2c3d",
      wwpn: "0x10000090fa1b2c3d",
      state: "Online",
      speedMbps: 16000,
      supportedSpeedsMbps: [4000, 8000, 16000],
      type: "NPort",
      portId: "0x010200",
      fabricName: "0x100050eb1a123456",
      symbolicName: "Emulex LPe16002B-M6 FV12.8.614.16 DV12.8.0.10",
      pciAddress: "0000:3b:00.0",
    },
    { name: "host10", wwpn: "0x10000090fa1b2c3e", state: "Linkdown", pciAddress: "0000:3b:00.0" },
  ]);
});

Deno.test("hostfsCollector tells the iSCSI initiator and what it is logged in at", async () => {
  const session = "platform/host3/session1/iscsi_session/session1";
  const { iscsi } = await hostFsOf({
    "sys/class/iscsi_host/host3": "-> ../../devices/platform/host3/iscsi_host/host3",
    ...below("sys/devices/platform/host3/iscsi_host/host3", {
      initiatorname: "<NULL>",
      hwaddress: "default",
      ipaddress: "192.0.2.7",
      netdev: "<NULL>",
    }),
    "sys/class/iscsi_session/session1": `-> ../../devices/${session}`,
    ...below(`sys/devices/${session}`, {
      initiatorname: "iqn.1993-08.org.debian:01:7d3f5a",
      targetname: "iqn.2003-01.org.linux-iscsi.store:sn.1",
      state: "LOGGED_IN",
    }),
    "sys/class/scsi_host/host3/proc_name": "iscsi_tcp",
  });
  assertEquals(iscsi, [{
    name: "host3",
    initiatorName: "iqn.1993-08.org.debian:01:7d3f5a",
    driver: "iscsi_tcp",
    address: "192.0.2.7",
    sessions: [{ name: "session1", targetName: "iqn.2003-01.org.linux-iscsi.store:sn.1", state: "LOGGED_IN" }],
  }]);
});

Deno.test("hostfsCollector tells no storage network where there is none", async () => {
  const { infiniband, fibreChannel, iscsi } = await hostFsOf({ "sys/class/iscsi_host": null });
  assertEquals([infiniband, fibreChannel, iscsi], [undefined, undefined, undefined]);
});
