import { assert, assertEquals } from "@std/assert";
import { attributesOf } from "../../../../checkin/hanlon/attributes/mod.ts";
import type { Neighbour } from "../../../../collectors/facts/mod.ts";
import type { Bmc } from "../../../../collectors/tools/ipmitool/types.ts";
import type { NamedText } from "../../../../collectors/tools/parsing.ts";
import { someCollection } from "../../some_facts.ts";

const fields = (text: string): NamedText[] =>
  text.trim().split("\n").map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
  });

function ofBmc(bmc: Bmc) {
  return attributesOf(someCollection({}, { ipmitool: bmc }));
}

const MC_INFO = fields(`
  Device ID : 32
  Firmware Revision : 3.15
  Product ID : 256 (0x0100)
  Product Name : Unknown (0x100)
  Additional Device Support : Sensor Device
  Aux Firmware Rev Info : 0x00
`);
const lan = (ip: string) =>
  fields(`
  Set in Progress : Set Complete
  IP Address Source : Static Address
  IP Address : ${ip}
  MAC Address : d0:94:66:12:34:56
  Gratituous ARP Intrvl : 2.0 seconds
  Default Gateway MAC : 00:00:5e:00:01:01
  802.1q VLAN ID : Disabled
  802.1q VLAN Priority : 0
`);

Deno.test("ipmiAttributes() has the fields of the old agent and no others, in ipmitool's words", () => {
  assertEquals(ofBmc({ fields: MC_INFO, channels: [{ number: 1, fields: lan("0.0.0.0") }] }), {
    mk_ipmi_Device_ID: "32",
    mk_ipmi_Firmware_Revision: "3.15",
    mk_ipmi_Product_ID: "256 (0x0100)",
    mk_ipmi_Product_Name: "Unknown (0x100)",
    mk_ipmi_IP_Address_Source: "Static Address",
    mk_ipmi_IP_Address: "0.0.0.0",
    // As text, where the old agent made an object of it.
    mk_ipmi_MAC_Address: "d0:94:66:12:34:56",
    mk_ipmi_Gratuitous_ARP_Intrvl: "2.0 seconds",
    mk_ipmi_Default_Gateway_MAC: "00:00:5e:00:01:01",
    mk_ipmi_8021q_VLAN_ID: "Disabled",
    mk_ipmi_8021q_VLAN_Priority: "0",
  });
});

Deno.test("ipmiAttributes() takes the channel that has an address", () => {
  const channels = [
    { number: 1, fields: lan("0.0.0.0") },
    { number: 8, ip: "192.0.2.8", fields: lan("192.0.2.8") },
    { number: 9, ip: "192.0.2.9", fields: lan("192.0.2.9") },
  ];
  assertEquals(ofBmc({ channels })["mk_ipmi_IP_Address"], "192.0.2.8");
});

Deno.test("ipmiAttributes() has the SNMP community where it was asked for", () => {
  const channel = { number: 1, ip: "192.0.2.1", fields: [{ name: "SNMP Community String", value: "a:b" }] };
  assertEquals(ofBmc({ channels: [channel] }), { mk_ipmi_SNMP_Community_String: "a:b" });
});

Deno.test("ipmiAttributes() has every key of every FRU, of a repeated one the last", () => {
  const frus = [
    { id: 0, description: "Builtin FRU Device", fields: fields("Board Mfg: DELL\nBoard Extra: a\nBoard Extra: b") },
    { id: 3, description: "PSU 1", fields: [{ name: "Device not present", value: "Timeout" }] },
    { id: 1, description: "Riser", fields: fields("FRU Device Description: Riser (ID 1)\nOdd key v1.0 (#2): x:y") },
  ];
  assertEquals(ofBmc({ frus }), {
    mk_ipmi_fru_0_FRU_Device_Description: "Builtin FRU Device (ID 0)",
    mk_ipmi_fru_0_Board_Mfg: "DELL",
    mk_ipmi_fru_0_Board_Extra: "b",
    mk_ipmi_fru_1_FRU_Device_Description: "PSU 1 (ID 3)",
    mk_ipmi_fru_2_FRU_Device_Description: "Riser (ID 1)",
    mk_ipmi_fru_2_Odd_key_v10_2: "x:y",
  });
});

Deno.test("ipmiAttributes() has none without a BMC", () => {
  assertEquals(attributesOf(someCollection()), {});
  assertEquals(ofBmc({}), {});
});

Deno.test("lldpAttributes() has the names of the openlldp fact, and three of ours", () => {
  const neighbour: Neighbour = {
    interface: "ens1f0.X",
    chassisId: { subtype: "MAC", value: "00:2a:6a:11:22:33" },
    portId: { subtype: "Ifname", value: "Ethernet1/17" },
    systemName: "leaf-01.dc1.example",
    portDescription: "to-node",
    systemDescription: "NX-OS\nline 2",
    managementAddresses: [
      { family: "MAC", address: "00:2a:6a:11:22:33" },
      { family: "IPv4", address: "10.1.1.1" },
      { family: "IPv4", address: "10.1.1.2" },
      { family: "IPv6", address: "2001:db8::1" },
    ],
    pvid: 210,
    maxFrameBytes: 9216,
    vlans: [{ id: 210, name: "provisioning" }, { id: 4094 }],
  };
  assertEquals(attributesOf(someCollection({ neighbours: [neighbour, { interface: "eth1", ttlSeconds: 120 }] })), {
    lldp_neighbor_chassisid_ens1f0_x: "00:2a:6a:11:22:33",
    lldp_neighbor_portid_ens1f0_x: "Ethernet1/17",
    lldp_neighbor_sysname_ens1f0_x: "leaf-01.dc1.example",
    lldp_neighbor_portdesc_ens1f0_x: "to-node",
    lldp_neighbor_sysdesc_ens1f0_x: "NX-OS\nline 2",
    lldp_neighbor_mngaddr_ipv4_ens1f0_x: "10.1.1.1",
    lldp_neighbor_mngaddr_ipv6_ens1f0_x: "2001:db8::1",
    lldp_neighbor_pvid_ens1f0_x: 210,
    lldp_neighbor_mtu_ens1f0_x: "9216",
    lldp_neighbor_vlans_ens1f0_x: "210 provisioning, 4094",
  });
});

Deno.test("attributes of a FRU with 100,000 keys take time in proportion to them", () => {
  const fields = Array.from({ length: 100_000 }, (_, i) => ({ name: `Board Extra ${i}`, value: "x" }));
  const began = performance.now();
  const attributes = ofBmc({ frus: [{ id: 0, description: "Builtin", fields }] });
  assert(Object.keys(attributes).length > 100_000);
  assert(performance.now() - began < 15_000);
});
