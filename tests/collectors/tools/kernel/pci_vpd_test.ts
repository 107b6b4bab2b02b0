import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parsePciVpd } from "../../../../collectors/tools/kernel/pci_vpd.ts";
import type { Host } from "../../../../collectors/host/mod.ts";
import { assertPlain } from "../../mutations.ts";
import { bytes, collectFrom, type Entries, makeMachine, pciDevice } from "./tree.ts";

/** A resource of some bytes behind its tag. */
function resource(tag: number, content: string): string {
  return String.fromCharCode(tag, content.length & 0xff, content.length >> 8) + content;
}

function field(keyword: string, value: string): string {
  return keyword + String.fromCharCode(value.length) + value;
}

/** VPD as appendix I has it: the name, the fields with their checksum, the end. */
function vpd(name: string, fields: Record<string, string>, lie = 0): Uint8Array {
  const written = Object.entries(fields).map(([keyword, value]) => field(keyword, value)).join("");
  const withSum = (sum: number) =>
    resource(0x82, name) + resource(0x90, written + field("RV", String.fromCharCode(sum)));
  const sum = bytes(withSum(0)).reduce((sum, byte) => sum + byte, 0);
  return bytes(withSum((256 - (sum + lie) % 256) % 256) + "\x78");
}

const CONNECTX = vpd("CX512A - ConnectX-5 SFP28", {
  PN: "MCX512A-ACAT  ",
  EC: "AB",
  SN: "MT2021X01234",
  V0: "PCIeGen3 x8",
});
const CARD = {
  cardName: "CX512A - ConnectX-5 SFP28",
  partNumber: "MCX512A-ACAT",
  serialNumber: "MT2021X01234",
  revision: "AB",
};

Deno.test("parsePciVpd() reads the name and the fields", () => {
  assertEquals(parsePciVpd(CONNECTX), CARD);
  const dell = vpd("Broadcom NetXtreme Gigabit Ethernet", {
    PN: "BCM95720",
    V0: "FFV22.31.6",
    V1: "DSV1028VPDR.VER1.0",
  });
  assertEquals(parsePciVpd(dell), {
    cardName: "Broadcom NetXtreme Gigabit Ethernet",
    partNumber: "BCM95720",
    firmware: "22.31.6",
  });
  assertEquals(parsePciVpd(vpd("HBA", { PN: "0000000", SN: "\xff\xff", RM: "30080" })), {
    cardName: "HBA",
    firmware: "30080",
  });
});

Deno.test("parsePciVpd() believes nothing that is cut short, unwritten, or has a wrong checksum", () => {
  assertEquals(parsePciVpd(vpd("Card", { SN: "MT2021X01234" }, 1)), { cardName: "Card" });
  assertEquals(parsePciVpd(CONNECTX.subarray(0, 60)), { cardName: "CX512A - ConnectX-5 SFP28" });
  assertEquals(parsePciVpd(new Uint8Array(32768)), {});
  assertEquals(parsePciVpd(new Uint8Array(32768).fill(0xff)), {});
  // Nothing behind 32 KiB, which VPD cannot have, is looked at.
  assertEquals(parsePciVpd(bytes("\x00".repeat(40_000))), {});
});

Deno.test("parsePciVpd() makes plain facts of any bytes", () => {
  const garbled = fc.array(fc.record({ at: fc.nat(CONNECTX.length - 1), byte: fc.nat(255) }), { maxLength: 8 });
  fc.assert(fc.property(garbled, (changes) => {
    const content = CONNECTX.slice();
    for (const { at, byte } of changes) content[at] = byte;
    assertPlain(parsePciVpd(content), "vpd");
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (content) => assertPlain(parsePciVpd(content), "vpd")));
});

function card(address: string, pciClass: string, content?: Uint8Array): Entries {
  return pciDevice(`pci0000:3a/0000:3a:00.0/${address}`, {
    uevent: `PCI_CLASS=${pciClass}\nPCI_ID=15B3:1017`,
    ...content && { vpd: content },
  });
}

const MACHINE: Entries = {
  "proc/filesystems": "\text4",
  ...card("0000:3b:00.0", "20000", CONNECTX),
  ...card("0000:3b:00.1", "20000", CONNECTX),
  ...card("0000:5e:00.0", "C0400"),
  // Of a display controller it is not read.
  ...card("0000:af:00.0", "30000", CONNECTX),
};

Deno.test("hostfsCollector reads the product data of controllers that have any", async () => {
  await using machine = await makeMachine(MACHINE);
  const { status, value } = await collectFrom(machine.host);
  assertEquals(value?.vpd, [{ address: "0000:3b:00.0", ...CARD }, { address: "0000:3b:00.1", ...CARD }]);
  assertEquals(value?.unread, undefined, status);
});

/** The machine's host, where the card at 0000:3b:00.1 gives its data so. */
function ill(host: Host, why: "failed" | "late"): Host {
  return {
    ...host,
    read: (path) =>
      path.endsWith("3b:00.1/vpd") ? Promise.resolve({ why, message: `${path}: ${why}` }) : host.read(path),
  };
}

Deno.test("hostfsCollector takes product data that the card does not give for none, and such that is late for unknown", async () => {
  await using machine = await makeMachine(MACHINE);
  const failed = await collectFrom(ill(machine.host, "failed"));
  assertEquals(failed.value?.vpd?.map(({ address }) => address), ["0000:3b:00.0"]);
  assertEquals(failed.value?.unread, undefined);
  const late = await collectFrom(ill(machine.host, "late"));
  assertEquals(late.status, "timeout");
  // The PCI devices, and all else, are read.
  assertEquals(late.value?.unread, ["cards"]);
  assertEquals(late.value?.pci?.length, 4);
});
