/** The most costly outputs of each tool: what they print, in bytes up to the limit and in rows up to theirs. */

/** One output of one tool. */
export interface WorstInput {
  tool: "dmidecode" | "lshw" | "lscpu" | "lldptool" | "ipmitool";
  /** What it prints, of at most so many bytes. */
  print(bytes: number): string;
}

/** A shell script that is the tool, where `path` holds what it prints: whatever it is asked, but for a BMC's ID. */
export function toolThatPrints(path: string): string {
  return `case "$*" in "mc info") echo "Device ID : 32";; "sdr info") echo "Record Count : 9";; *) exec cat ${path};; esac`;
}

/** `unit` as often as fits between `begin` and `end`, but not more than `most` times; "#" in it is a number. */
function repeated(begin: string, unit: string, end = "", most = Infinity): WorstInput["print"] {
  return (bytes) => {
    const width = unit.includes("#") ? 7 : 0;
    const count = Math.min(
      most,
      Math.floor((bytes - begin.length - end.length) / (new TextEncoder().encode(unit).length + width)),
    );
    const body = width === 0
      ? unit.repeat(count)
      : Array.from({ length: count }, (_, i) => unit.replaceAll("#", String(i))).join("");
    return begin + body + end;
  };
}

const TLVS = "Chassis ID TLV\n\tMAC: 52:54:00:0b:00:02\nPort ID TLV\n\tIfname: Eth1/2\nTime to Live TLV\n\t120\n";
const FRU = "FRU Device Description : Builtin FRU Device (ID 0)\n";
const LSHW = '{"id":"node","class":"system","children":[';
const DMI = "# dmidecode 3.3\nSMBIOS 3.2 present.\n\n";
const DIMM = "Handle 0x0001, DMI type 17, 40 bytes\nMemory Device\n\tSize: 16 GB\n\tLocator: #\n\n";

export const WORST_INPUTS: Readonly<Record<string, WorstInput>> = {
  "many small nodes": { tool: "lshw", print: repeated(LSHW, '{"id":"a"},', '{"id":"z"}]}') },
  "nodes up to the limit": { tool: "lshw", print: repeated(LSHW, '{"id":"a","class":"disk"},', "]}", 9_998) },
  "deep nesting": { tool: "lshw", print: repeated("", '{"id":"a","children":[') },
  "nesting as deep as is read": {
    tool: "lshw",
    print: repeated("[", `${'{"id":"a","children":['.repeat(31)}${"]}".repeat(31)},`, "]", 320),
  },
  "many empty objects": { tool: "lshw", print: repeated("[", "{},", "]") },
  "many numbers": { tool: "lshw", print: repeated('[{"id":"a","x":[', "1,", "1]}]") },
  "many keys": { tool: "lshw", print: repeated('[{"id":"a",', '"#":1,', '"z":1}]') },
  "many settings": { tool: "lshw", print: repeated('[{"id":"a","configuration":{', '"#":"v",', '"z":1}}]') },
  "many structures": { tool: "dmidecode", print: repeated(DMI, DIMM) },
  "structures up to the limit": { tool: "dmidecode", print: repeated(DMI, DIMM, "", 9_999) },
  "DIMMs of one name": {
    tool: "dmidecode",
    print: repeated(DMI, DIMM.replace("0x0001", "0x#").replace("Locator: #", "Locator: A"), "", 9_999),
  },
  "many fields": {
    tool: "dmidecode",
    print: repeated(
      `${DMI}Handle 0x0001, DMI type 1, 9 bytes\nSystem Information\n\tVersion: a\n`,
      "\t#: b\n",
      "",
      99_000,
    ),
  },
  "many strings": {
    tool: "dmidecode",
    print: repeated(`${DMI}Handle 0x0001, DMI type 11, 9 bytes\nOEM Strings\n`, "\tString 1: #\n", "", 99_000),
  },
  "one long string": {
    tool: "dmidecode",
    print: repeated(`${DMI}Handle 0x0001, DMI type 1, 9 bytes\nSystem Information\n\tVersion: `, "é"),
  },
  "many CPU lists": { tool: "lscpu", print: repeated("Architecture: x86_64\n", "NUMA node# CPU(s): 0-65535\n") },
  "1,000 CPU lists": {
    tool: "lscpu",
    print: repeated("Architecture: x86_64\n", "NUMA node# CPU(s): 0-65535\n", "", 1_000),
  },
  "many CPU fields": { tool: "lscpu", print: repeated("Architecture: x86_64\n", "a#: b\n") },
  "many TLVs": { tool: "lldptool", print: repeated(TLVS, "Unidentified TLV\n\ttype:9 01\n") },
  "TLVs up to the limit": { tool: "lldptool", print: repeated(TLVS, "Unidentified TLV\n\ttype:9 01\n", "", 2_400) },
  "one long TLV": { tool: "lldptool", print: repeated(`${TLVS}System Description TLV\n\t`, "x") },
  "many FRU keys": { tool: "ipmitool", print: repeated(FRU, " Board Extra #: v\n") },
  "FRU keys up to the limit": { tool: "ipmitool", print: repeated(FRU, " Board Extra : #\n", "", 19_000) },
  "many FRUs": {
    tool: "ipmitool",
    print: repeated("", "FRU Device Description : a (ID #)\n Board Mfg : b\n\n", "", 6_600),
  },
  "many lan parameters": { tool: "ipmitool", print: repeated("IP Address : 192.0.2.1\n", "Some Parameter # : v\n") },
  "no line end": { tool: "ipmitool", print: repeated("IP Address : ", "x") },
};
