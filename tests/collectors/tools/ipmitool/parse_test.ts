import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { NamedText } from "../../../../collectors/tools/parsing.ts";
import { decode } from "../../../../collectors/host/mod.ts";
import {
  parseChannelAccess,
  parseChassisStatus,
  parseFruPrint,
  parseLan6Print,
  parseLanPrint,
  parseMcGuid,
  parseMcInfo,
  parseSelInfo,
  parseSelList,
  parseUserList,
} from "../../../../collectors/tools/ipmitool/mod.ts";
import { manufacturedAt } from "../../../../collectors/tools/ipmitool/times.ts";
import { type Parsed, ParseError } from "../../../../collectors/tools/parsing.ts";
import { slowness } from "../../../load.ts";
import { assertPlain, damaged, orTooMuch } from "../../mutations.ts";

function fixture(name: string): string {
  return decode(Deno.readFileSync(new URL(`../../../fixtures/ipmitool/${name}.txt`, import.meta.url)));
}

/** The value where every line is understood. */
function whole<T>({ value, unparsed }: Parsed<T>): T {
  assertEquals(unparsed, []);
  return value;
}

function valueOf(fields: NamedText[] | undefined, name: string): string[] {
  return (fields ?? []).filter((field) => field.name === name).map((field) => field.value);
}

Deno.test("parseMcInfo() reads what a BMC says of itself", () => {
  const { fields, ...value } = whole(parseMcInfo(fixture("mc-info")));
  assertEquals(value, {
    deviceId: 32,
    deviceRevision: 1,
    firmware: "3.58",
    ipmiVersion: "2.0",
    manufacturerId: 674,
    manufacturer: "Dell Inc.",
    productId: 256,
    available: true,
    providesDeviceSdrs: false,
    additionalDeviceSupport: [
      "Sensor Device",
      "SDR Repository Device",
      "SEL Device",
      "FRU Inventory Device",
      "IPMB Event Receiver",
      "IPMB Event Generator",
      "Chassis Device",
    ],
  });
  assertEquals(fields?.length, 21);
  assertEquals(valueOf(fields, "Product Name"), ["Unknown (0x100)"]);
  assertEquals(valueOf(fields, "Aux Firmware Rev Info"), ["0x00", "0x00", "0x00", "0x00"]);
});

Deno.test("parseMcInfo() takes what IPMI calls unspecified for nothing", () => {
  const text =
    "Device ID                 : 0\nDevice Revision : 0\nManufacturer ID : 0\nManufacturer Name : Unknown\n" +
    "Product ID : 0 (0x0000)\nProduct Name : Unknown (0x00)\nDevice Available : no\n";
  const { fields, ...value } = whole(parseMcInfo(text));
  assertEquals(value, { deviceRevision: 0, available: false });
  assertEquals(fields?.length, 7);
});

Deno.test("parseMcInfo() reads squeezed columns, and lists that lost their indentation", () => {
  const text = "Device ID   : 34\r\nProduct Name : X11DPi\r\nProvides Device SDRs : yes\r\n" +
    "Additional Device Support :\r\nSensor Device\r\n SEL Device\r\n";
  const { deviceId, productName: product, providesDeviceSdrs, additionalDeviceSupport } = whole(parseMcInfo(text));
  assertEquals([deviceId, product, providesDeviceSdrs], [34, "X11DPi", true]);
  assertEquals(additionalDeviceSupport, ["Sensor Device", "SEL Device"]);
});

Deno.test("parseMcInfo() gives back the lines that it does not understand", () => {
  const { unparsed } = parseMcInfo("$ ipmitool mc info\nDevice ID : 34\nSegmentation fault\n");
  assertEquals(unparsed, [{ line: 1, text: "$ ipmitool mc info" }, { line: 3, text: "Segmentation fault" }]);
});

Deno.test("parseLanPrint() reads a LAN channel", () => {
  const { fields, ...value } = whole(parseLanPrint(fixture("lan-print")));
  assertEquals(value, {
    ipSource: "DHCP Address",
    ip: "192.0.2.40",
    netmask: "255.255.255.0",
    mac: "52:54:00:aa:bb:cc",
    gateway: "192.0.2.1",
    gatewayMac: "52:54:00:00:00:01",
    snmpCommunity: "public",
  });
  assertEquals(valueOf(fields, "Auth Type Enable").slice(0, 2), [
    "Callback : NONE MD2 MD5 PASSWORD",
    "User     : NONE MD2 MD5 PASSWORD",
  ]);
  assertEquals(valueOf(fields, "Backup Gateway IP"), ["0.0.0.0"]);
});

Deno.test("parseLanPrint() reads VLANs, keys that fill their column, and rows that broke late", () => {
  const lan = (text: string) => whole(parseLanPrint(`Set in Progress         : Set Complete\n${text}`));
  const vlan = lan("802.1q VLAN ID          : 8\n802.1q VLAN Priority    : 3\n");
  assertEquals([vlan.vlanId, vlan.vlanPriority], [8, 3]);
  const none = lan("802.1q VLAN ID          : Disabled\n802.1q VLAN Priority    : 0\n");
  assertEquals([none.vlanId, none.vlanPriority], [undefined, undefined]);
  assertEquals(valueOf(lan("Invalid password disable: no\n").fields, "Invalid password disable"), ["no"]);
  const broken = lan(
    "Auth Type Enable : Callback : MD5 \n: OEM      : MD5IP \nAddress Source       : Static Address\n",
  );
  assertEquals(broken.ipSource, "Static Address");
  assertEquals(valueOf(broken.fields, "Auth Type Enable"), ["Callback : MD5", "OEM      : MD5"]);
  assertEquals(lan("IP Address :\nIP Address : 192.0.2.7\nIP Address : 192.0.2.8\n").ip, "192.0.2.7");
  assertEquals(lan("IP Address : 999.1.2.3\nMAC Address : 0:1:2\nSubnet Mask : 0.0.0.0\n").ip, undefined);
});

Deno.test("parseLan6Print() reads the addresses that are in use", () => {
  const text = `IPv6/IPv4 Support:
    IPv6 only: no
    IPv4 and IPv6: yes
    IPv6 Destination Addresses for LAN alerting: no
IPv6/IPv4 Addressing Enables: both
IPv6 Header Traffic Class: 0
IPv6 Status:
    Static address max:  2
    Dynamic address max: 2
    DHCPv6 support:      yes
    SLAAC support:       yes
IPv6 Static Address 0:
    Enabled:        yes
    Address:        2001:DB8:7::40/64
    Status:         active
IPv6 Static Address 1:
    Enabled:        no
    Address:        ::/0
    Status:         disabled
IPv6 DHCPv6 Static DUID 0:
    Length:   10
    Type:     DUID-LL
    0a0003000152540012345600000000000
IPv6 Dynamic Address 0:
    Source/Type:    SLAAC
    Address:        fe80::5054:ff:fe12:3456/64
    Status:         active
IPv6 Dynamic Address 1:
    Source/Type:    DHCPv6
    Address:        ::/0
    Status:         pending
IPv6 Dynamic Router 0:
    Address: fe80::1
    MAC:     52:54:00:00:00:01
    Prefix:  2001:db8:7::/64
IPv6 ND/SLAAC Timing Configuration Support: not supported
`;
  assertEquals(whole(parseLan6Print(text)), [
    { kind: "static", address: "2001:db8:7::40", prefixLength: 64, status: "active" },
    { kind: "dynamic", address: "fe80::5054:ff:fe12:3456", prefixLength: 64, source: "SLAAC", status: "active" },
  ]);
  assertEquals(whole(parseLan6Print("")), []);
  assertEquals(whole(parseLan6Print("Set In Progress: 0\n")), []);
  assertThrows(() => parseLan6Print("Invalid command: lan6\n"), ParseError);
});

Deno.test("parseFruPrint() reads a list of FRUs", () => {
  const frus = whole(parseFruPrint(fixture("fru-print"))).map(({ fields, ...fru }) => ({
    ...fru,
    rows: fields?.length,
  }));
  assertEquals(frus, [
    {
      id: 0,
      description: "Builtin FRU Device",
      chassis: {
        type: "Rack Mount Chassis",
        partNumber: "0YWR7D",
        serialNumber: "B5R4NK2",
        extra: ["rail kit: none"],
      },
      board: {
        manufacturedAt: "2019-06-22T09:18:00",
        manufacturer: "Example Boards",
        productName: "EX-740",
        serialNumber: "SN 0001:42",
        partNumber: "0923K0A03",
        extra: ["extra: with colon", "MAC 52:54:00:aa:bb:cc"],
      },
      product: {
        manufacturer: "Example Systems",
        productName: "Server 9000",
        version: "01",
        serialNumber: "SN=ABC:123",
      },
      rows: 17,
    },
    {
      id: 1,
      description: "PSU 1: left",
      board: {
        manufacturer: "Example Power",
        productName: "PWR SPLY,750W",
        serialNumber: "PSN1",
        partNumber: "09PXCV",
      },
      product: {
        manufacturer: "Fäbrik GmbH",
        productName: "lead+trail",
        version: "A",
        assetTag: "TAG\tTAB",
        extra: ["000000000000000031000000"],
      },
      rows: 13,
    },
    { id: 2, description: "Blank", rows: 1 },
    { id: 9, description: "Absent", rows: 2 },
  ]);
});

Deno.test("parseFruPrint() reads FRU 0 without a heading, those of other controllers, and records of its own", () => {
  const [first] = whole(parseFruPrint(fixture("fru-print-0")));
  assertEquals([first?.id, first?.description, first?.product?.productName], [0, "Builtin FRU Device", "Server 9000"]);
  const text = "FRU Device Description : iDRAC7          \n Board Mfg             : DELL\n Product Asset Tag:\n\n" +
    "FRU Device Description : DIMM (ID 110)\n Memory Type           : DDR4 SDRAM\n DC Output Record\n" +
    "  Output Number         : 1\n\nSPD DATA (512 bytes)\n 23 11 0c 01\n 00 00 08 0d\n";
  const [controller, dimm] = whole(parseFruPrint(text));
  assertEquals([controller?.id, controller?.description, controller?.board], [0, "iDRAC7", { manufacturer: "DELL" }]);
  assertEquals(dimm?.fields?.slice(1), [
    { name: "Memory Type", value: "DDR4 SDRAM" },
    { name: "DC Output Record", value: "" },
    { name: "Output Number", value: "1" },
    { name: "SPD DATA (512 bytes)", value: "23 11 0c 01 00 00 08 0d" },
  ]);
  assertEquals(whole(parseFruPrint("")), []);
  assertEquals(whole(parseFruPrint(" Device not present (Timeout)\n"))[0]?.fields, [
    { name: "Device not present", value: "Timeout" },
  ]);
  assertThrows(() => parseFruPrint("Get SDR 0000 command failed\n"), ParseError);
  assertEquals(parseFruPrint(`${fixture("fru-print")}SDRR successfully erased\n`).unparsed.length, 1);
});

Deno.test("manufacturedAt() knows the forms of ipmitool's versions", () => {
  assertEquals(manufacturedAt("Wed Nov  7 02:43:00 2012"), "2012-11-07T02:43:00");
  assertEquals(manufacturedAt("Fri Aug 28 07:20:00 2015 CEST"), "2015-08-28T07:20:00");
  assertEquals(manufacturedAt("06/22/2019 09:18:00"), "2019-06-22T09:18:00");
  assertEquals(manufacturedAt("06/22/19 09:18:00 UTC"), "2019-06-22T09:18:00");
  assertEquals(manufacturedAt("2019-06-22 09:18:00"), "2019-06-22T09:18:00");
  // The first of 1996 in UTC, in Chicago, in Tokyo: the board does not say.
  for (const zero of ["Mon Jan  1 00:00:00 1996", "Sun Dec 31 18:00:00 1995", "Mon Jan  1 09:00:00 1996 JST"]) {
    assertEquals(manufacturedAt(zero), undefined);
  }
  assertEquals(manufacturedAt("Unspecified"), undefined);
  assertEquals(manufacturedAt(undefined), undefined);
  for (const odd of ["Mi 7. Nov 02:43:00 CET 2012", "Wed Foo  7 02:43:00 2012", "Tue Feb 30 02:43:00 2012"]) {
    assertEquals(manufacturedAt(odd), odd);
  }
});

const PARSERS: Record<string, [parse: (text: string) => Parsed<unknown>, samples: string[]]> = {
  parseMcInfo: [parseMcInfo, [fixture("mc-info")]],
  parseLanPrint: [parseLanPrint, [fixture("lan-print")]],
  parseLan6Print: [parseLan6Print, ["IPv6 Static Address 0:\n    Enabled: yes\n    Address: 2001:db8::1/64\n"]],
  parseFruPrint: [parseFruPrint, [fixture("fru-print"), fixture("fru-print-0")]],
  parseMcGuid: [parseMcGuid, [fixture("mc-guid")]],
  parseChassisStatus: [parseChassisStatus, [fixture("chassis-status")]],
  parseSelInfo: [parseSelInfo, [fixture("sel-info")]],
  parseSelList: [parseSelList, [fixture("sel-elist-last-20")]],
  parseChannelAccess: [parseChannelAccess, [fixture("channel-getaccess-1").slice(0, 3000)]],
  parseUserList: [parseUserList, [fixture("user-list-1").slice(0, 900)]],
};

for (const [name, [parse, samples]] of Object.entries(PARSERS)) {
  Deno.test(`${name}() throws nothing but ParseError, whatever happens to the text`, () => {
    fc.assert(
      fc.property(fc.oneof(damaged(samples), fc.string({ unit: "binary" })), (text) => {
        try {
          assertPlain(parse(text).value);
        } catch (error) {
          if (!(error instanceof ParseError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  Deno.test(`${name}() takes time in proportion to the text`, () => {
    const [sample] = samples;
    const texts = {
      "a line of 1 MB": `${sample}x: ${"x".repeat(1e6)}\n`,
      "1 MB of blanks": `${sample}${" ".repeat(1e6)}x\n${" ".repeat(1e6)}:${" ".repeat(1e6)}x`,
      "1 MB of colons": `${sample}${":".repeat(1e6)}\n`,
      "1 MB of brackets": `${sample}FRU Device Description : ${"(ID ".repeat(25e4)}\n`,
      "100,000 lines": sample + "__proto__ : a\n".repeat(1e5),
      "100,000 lines of octets": `${sample}SPD DATA (512 bytes)\n${" 23 11 0c 01\n".repeat(1e5)}`,
      "1,000 samples": sample!.repeat(1000),
    };
    for (const [what, text] of Object.entries(texts)) {
      const began = performance.now();
      orTooMuch(() => parse(text));
      const took = performance.now() - began;
      if (took > 1500 * slowness()) throw new Error(`${what}: ${took} ms`);
    }
  });
}
