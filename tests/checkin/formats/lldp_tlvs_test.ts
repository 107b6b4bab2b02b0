import { assertEquals } from "@std/assert";
import { lldpTlvs } from "../../../checkin/formats/lldp_tlvs.ts";
import type { Neighbour } from "../../../collectors/facts/mod.ts";
import { recorded } from "./machines.ts";

/** The value of each TLV of that type. */
function values(neighbour: Partial<Neighbour>, type: number): string[] {
  return lldpTlvs({ interface: "eth0", ...neighbour }).filter((tlv) => tlv[0] === type).map((tlv) => tlv[1]);
}

const text = (hex: string) => new TextDecoder().decode(Uint8Array.fromHex(hex));

Deno.test("lldpTlvs() gives what the recorded switch sent, in the order of an LLDPDU", async () => {
  const { neighbours } = await recorded("dell");
  const tlvs = lldpTlvs(neighbours![0]!);
  assertEquals(tlvs.map(([type]) => type), [1, 2, 3, 4, 5, 6, 7, 8, 127, 127, 127, 0]);
  const [chassis, port, ttl, , name] = tlvs.map(([, hex]) => hex);
  assertEquals(chassis, "04002a6a112233");
  assertEquals([port!.slice(0, 2), text(port!.slice(2))], ["05", "Ethernet1/17"]);
  assertEquals(ttl, "0078");
  assertEquals(text(name!), "leaf-01.dc1.example");
  // Bridge and router, available and enabled; 10.1.1.1 by ifIndex 83886080, without an OID.
  assertEquals(tlvs[6]![1], "00140014");
  assertEquals(tlvs[7]![1], "05010a010101020500000000");
  assertEquals(tlvs.slice(8).map(([, hex]) => hex), [
    "0080c20100d2",
    "0080c20300d20c70726f766973696f6e696e67",
    "00120f042400",
    "",
  ]);
});

Deno.test("lldpTlvs() encodes the kinds of chassis and port IDs under their numbers of 802.1AB", () => {
  const chassis = (subtype: string, value: string) => values({ chassisId: { subtype, value } }, 1)[0];
  assertEquals(chassis("Chassis Component", "a"), "0161");
  assertEquals(chassis("Interface Alias", "a"), "0261");
  assertEquals(chassis("Port Component", "a"), "0361");
  assertEquals(chassis("IPv4", "192.0.2.1"), "0501c0000201");
  assertEquals(chassis("IPv6", "2001:db8::1"), "050220010db8000000000000000000000001");
  assertEquals(chassis("Ifname", "é"), "06c3a9");
  assertEquals(chassis("Local", "a"), "0761");
  const port = (subtype: string, value: string) => values({ portId: { subtype, value } }, 2)[0];
  assertEquals(port("MAC", "00:2A:6a:11:22:33"), "03002a6a112233");
  assertEquals(port("IPv4", "192.0.2.1"), "0401c0000201");
  assertEquals(port("Local", "7"), "0737");
});

Deno.test("lldpTlvs() leaves out what Ironic's parser fails on", () => {
  assertEquals(values({ portId: { subtype: "Agent Circuit ID", value: "a" } }, 2), []);
  assertEquals(values({ chassisId: { subtype: "Network Address Type 9", value: "0102" } }, 1), []);
  assertEquals(values({ chassisId: { subtype: "MAC", value: "00:2a" } }, 1), []);
  assertEquals(values({ chassisId: { subtype: "IPv6", value: "fe80::1%eth0" } }, 1), []);
  assertEquals(values({ chassisId: { subtype: "IPv6", value: "1:2:3" } }, 1), []);
  assertEquals(values({ chassisId: { subtype: "IPv4", value: "300.0.0.1" } }, 1), []);
  assertEquals(values({ systemDescription: "x".repeat(512) }, 6), []);
  assertEquals(values({ unknownTlvs: [{ type: 5, hex: "ff" }, { type: 9, hex: "ff" }] }, 5), []);
});

Deno.test("lldpTlvs() keeps what lldptool had no words for, and cuts a VLAN's name at a whole character", () => {
  const unknownTlvs = [{ type: 9, hex: "ff" }, { oui: "00:01:42", subtype: 1, hex: "0a" }, { name: "no octets" }];
  assertEquals(values({ unknownTlvs }, 9), ["ff"]);
  assertEquals(values({ unknownTlvs }, 127), ["000142010a"]);
  const [vlan] = values({ vlans: [{ id: 7, name: `${"x".repeat(31)}é` }] }, 127);
  assertEquals(vlan, `0080c2030007${"1f"}${"78".repeat(31)}`);
  assertEquals(values({ linkAggregation: { capable: true, enabled: true, portId: 258 } }, 127), ["00120f030300000102"]);
  assertEquals(values({ ppvids: [{ id: 5, supported: true, enabled: true }] }, 127), ["0080c202060005"]);
});
