/** Every recorded output of ipmitool, against counts taken from its text. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  parseChassisStatus,
  parseFruPrint,
  parseLanPrint,
  parseMcGuid,
  parseMcInfo,
  parseSelInfo,
  parseSelList,
  parseUserList,
} from "../../collectors/tools/ipmitool/mod.ts";
import { type Parsed, ParseError } from "../../collectors/tools/parsing.ts";
import { assertPlain } from "../collectors/mutations.ts";
import { CORPUS, filesIn, read } from "./corpus.ts";

const outputs = [
  ...filesIn("ipmitool", (name) => name.endsWith(".txt")),
  ...filesIn("qemu", () => true).flatMap((folder) => filesIn(folder, (name) => /^ipmi-.*\.txt$/.test(name))),
];
const isThere = outputs.length > 0;
if (!isThere) console.log(`skipped: no recorded outputs of ipmitool in ${CORPUS}`);

/** The outputs whose names match, with their text; without those of standard error and those that are empty. */
function texts(name: RegExp): [file: string, text: string][] {
  return outputs.filter((file) => name.test(file) && !/stderr/.test(file))
    .map((file): [string, string] => [file, read(file)])
    .filter(([, text]) => text.trim() !== "");
}

/** What ipmitool prints beside the FRUs when it has just cleared an empty SDR repository. */
const CLEARED = /^SDRR successfully erased$|^Err in cmd get sensor sdr info$/;

/** The values, checked to be plain; fails where a line is not understood. */
function readAll<T>(name: RegExp, parse: (text: string) => Parsed<T>): [file: string, text: string, value: T][] {
  let strayLines = 0;
  const all = texts(name).map(([file, text]): [string, string, T] => {
    const { value, unparsed } = parse(text);
    assertPlain(value, file);
    const stray = unparsed.filter((line) => !CLEARED.test(line.text));
    assertEquals(stray, [], file);
    strayLines += stray.length;
    return [file, text, value];
  });
  console.log(`ipmitool ${parse.name}: ${all.length} outputs, ${strayLines} lines that no rule understands`);
  return all;
}

/** What stands behind a key, trimmed. */
function textIn(text: string, key: string): string | undefined {
  return new RegExp(`^ *${key} *: *(.*?) *\r?$`, "m").exec(text)?.[1];
}

Deno.test({ name: "parseMcInfo() reads every recorded output", ignore: !isThere }, () => {
  for (const [file, text, value] of readAll(/mc-info|bmc-info/, parseMcInfo)) {
    const idOf = (key: string) => Number(textIn(text, key)?.split(" ")[0]) || undefined;
    assertEquals(value.deviceId, idOf("Device ID"), file);
    assertEquals(value.manufacturerId, idOf("Manufacturer ID"), file);
    assertEquals(value.productId, idOf("Product ID"), file);
    assertEquals(value.firmware, textIn(text, "Firmware Revision"), file);
    assertEquals(value.available, true, file);
    const supported = /Additional Device Support *:\n((?: +\w.*\n)+)/.exec(text)?.[1]?.trimEnd().split("\n").length ??
      0;
    assertEquals(value.additionalDeviceSupport?.length ?? 0, supported, file);
    // Every line of the output is a field but the two that head a list.
    assertEquals(value.fields?.length, text.trim().split("\n").length - (text.match(/:\s*$/gm)?.length ?? 0), file);
  }
});

Deno.test({ name: "parseLanPrint() reads every recorded output", ignore: !isThere }, () => {
  for (const [file, text, value] of readAll(/lan-print|-lan\.txt/, parseLanPrint)) {
    const told = (key: string) => {
      const found = textIn(text, key);
      return found === "0.0.0.0" || found === "00:00:00:00:00:00" ? undefined : found;
    };
    assertEquals(value.ip, told("IP Address"), file);
    assertEquals(value.netmask, told("Subnet Mask"), file);
    assertEquals(value.mac, told("MAC Address"), file);
    assertEquals(value.gateway, told("Default Gateway IP"), file);
    assertEquals(value.snmpCommunity, told("SNMP Community String") || undefined, file);
    assertEquals(value.vlanId, text.includes("VLAN ID          : 8") ? 8 : undefined, file);
    assertEquals(value.ipSource, /Address Source\s*: (.*?)\s*$/m.exec(text)?.[1], file);
  }
});

Deno.test({ name: "parseFruPrint() reads every recorded output", ignore: !isThere }, () => {
  for (const [file, text, frus] of readAll(/fru(?!.*chassis-status)/, parseFruPrint)) {
    const headings = [...text.matchAll(/^ *FRU Device Description : (.*?)(?: \(ID (\d+)\))? *$/gm)];
    assertEquals(frus.length, headings.length || 1, file);
    headings.forEach(([, description, id], i) => {
      assertEquals([frus[i]!.description, frus[i]!.id], [description, Number(id ?? 0)], file);
    });
    const count = (key: RegExp) => [...text.matchAll(key)].length;
    assertEquals(frus.filter(({ board }) => board?.manufacturer).length, count(/^ *Board Mfg +: \S/gm), file);
    assertEquals(
      frus.filter(({ product }) => product?.manufacturer).length,
      count(/^ *Product Manufacturer +: \S/gm),
      file,
    );
    assertEquals(frus.filter(({ chassis }) => chassis?.type).length, count(/^ *Chassis Type +: \S/gm), file);
    for (const { board } of frus) {
      const madeAt = board?.manufacturedAt;
      if (madeAt !== undefined) assertEquals(madeAt, new Date(`${madeAt}Z`).toISOString().slice(0, 19), file);
    }
  }
});

Deno.test({ name: "The parsers find nothing in ipmitool's errors", ignore: !isThere }, () => {
  for (const file of outputs.filter((file) => /\/err-|stderr/.test(file))) {
    const text = read(file);
    for (const parse of [parseMcInfo, parseLanPrint]) assertThrows(() => parse(text), ParseError, "line 1");
    if (text.trim() !== "") assertThrows(() => parseFruPrint(text), ParseError, "line 1");
  }
});

Deno.test({ name: "every recorded state of a BMC is read", ignore: !isThere }, () => {
  for (const [file, text, value] of readAll(/chassis-status|ipmi-chassis/, parseChassisStatus)) {
    assertEquals<string | undefined>(value.power, textIn(text, "System Power"), file);
    assertEquals(String(value.mainPowerFault), textIn(text, "Main Power Fault"), file);
    assertEquals(value.powerRestorePolicy ?? "unknown", textIn(text, "Power Restore Policy"), file);
    assertEquals(value.intrusion, textIn(text, "Chassis Intrusion") === "active", file);
  }
  for (const [file, text, value] of readAll(/mc-guid/, parseMcGuid)) {
    assertEquals(value.guid, textIn(text, "System GUID"), file);
  }
  for (const [file, text, value] of readAll(/sel-info/, parseSelInfo)) {
    assertEquals(
      `${value.entries} ${value.percentUsed}%`,
      `${textIn(text, "Entries")} ${textIn(text, "Percent Used")}`,
    );
    assertEquals(value.lastAddedAt !== undefined, /Last Add Time +: \d/.test(text), file);
  }
  for (const [file, text, value] of readAll(/sel-e?list/, parseSelList)) {
    assertEquals(value.length, text.trim().split("\n").length, file);
  }
  for (const [file, text, value] of readAll(/user-list/, parseUserList)) {
    const free = text.match(/\(Empty User\)/g)?.length ?? 0;
    assertEquals(value.length, text.trim().split("\n").length - 1 - free, file);
  }
});
