import { parseDmidecode } from "./dmidecode/mod.ts";
import { parseFruPrint, parseLan6Print, parseLanPrint, parseMcInfo } from "./ipmitool/mod.ts";
import { parseLldptool } from "./lldptool/mod.ts";
import { parseLscpu } from "./lscpu/mod.ts";
import { parseLshw } from "./lshw/mod.ts";
import type { Parsed } from "./parsing.ts";

/** The parsers by the names that `--parse` takes. */
export const PARSERS: Readonly<Record<string, (text: string) => Parsed<unknown>>> = {
  "dmidecode": parseDmidecode,
  "lshw": parseLshw,
  "lscpu": parseLscpu,
  "lldptool": parseLldptool,
  "ipmitool-mc-info": parseMcInfo,
  "ipmitool-lan": parseLanPrint,
  "ipmitool-lan6": parseLan6Print,
  "ipmitool-fru": parseFruPrint,
};
