/** Every recorded output of lldptool, against counts taken from its text. */
import { assertEquals, assertThrows } from "@std/assert";
import { parseLldptool } from "../../collectors/tools/lldptool/mod.ts";
import { ParseError } from "../../collectors/tools/parsing.ts";
import { assertPlain } from "../collectors/mutations.ts";
import { CORPUS, filesIn, read } from "./corpus.ts";

const outputs = [
  ...filesIn("lldptool", (name) => name.endsWith(".txt")),
  ...filesIn("qemu", () => true).flatMap((folder) => filesIn(folder, (name) => /get-tlv|^lldptool-/.test(name))),
];
const isThere = outputs.length > 0;
if (!isThere) console.log(`skipped: no recorded outputs of lldptool in ${CORPUS}`);

/** Other commands, errors, and messages without a text: they hold no TLV. */
const OTHER = /adminstatus|missing|help|bogusname|stderr|ping|only-r|stats|set-lldp|version|not-found|nosuch|MANIFEST/;

function count(text: string, line: RegExp): number {
  return [...text.matchAll(new RegExp(line, "gm"))].length;
}

Deno.test({ name: "parseLldptool() reads every recorded output", ignore: !isThere }, () => {
  let outputsRead = 0, strayLines = 0;
  for (const file of outputs.filter((file) => !OTHER.test(file))) {
    const text = read(file);
    const { value, unparsed } = parseLldptool(text);
    assertPlain(value, file);
    strayLines += unparsed.length;
    outputsRead++;

    // With blanks instead of tabs too; "TLV" alone behind an indentation is a value.
    const has = (heading: string) => count(text, new RegExp(`^${heading} TLV$`));
    assertEquals(value.managementAddresses?.length ?? 0, has("Management Address"), file);
    assertEquals(value.vlans?.length ?? 0, has("VLAN Name"), file);
    assertEquals(value.ttlSeconds, numberIn(text, /^Time to Live TLV\n\s+(\d+)$/m), file);
    assertEquals(
      value.pvid,
      numberIn(text, /^\s+PVID: (\d+)$/m) ?? numberIn(text, /0x0080c2, .* 1, Info: (\d+)/),
      file,
    );
    assertEquals(value.maxFrameBytes, numberIn(text, /^Maximum Frame Size TLV\n\s+(\d+)$/m), file);
    assertEquals(value.systemName, textIn(text, /^System Name TLV\n[\t ]*(.*?)[\0 ]*$/m), file);
    assertEquals(value.portDescription, textIn(text, /^Port Description TLV\n[\t ]*(.*?)[\0 ]*$/m), file);
    assertEquals(value.chassisId?.value, textIn(text, /^Chassis ID TLV\n\s+[\w ]+: (.*)$/m), file);
    assertEquals(value.portId?.value, textIn(text, /^Port ID TLV\n\s+[\w ]+: (.*)$/m), file);
    assertEquals(value.med?.location?.length ?? 0, has("LLDP-MED Location"), file);
    assertEquals(value.linkAggregation !== undefined, has("Link Aggregation") > 0, file);
    assertEquals(value.macPhy !== undefined, has("MAC/PHY Configuration Status") > 0, file);
    assertEquals(value.powerViaMdi !== undefined, has("Power via MDI") > 0, file);
  }
  console.log(`lldptool: ${outputsRead} outputs, ${strayLines} lines that no rule understands`);
  assertEquals(strayLines, 0);
});

Deno.test({ name: "parseLldptool() finds no neighbour in the outputs of other commands", ignore: !isThere }, () => {
  for (const file of outputs.filter((file) => OTHER.test(file))) {
    const text = read(file);
    if (text.trim() !== "") assertThrows(() => parseLldptool(text), ParseError, "lldptool: line");
  }
});

function textIn(text: string, line: RegExp): string | undefined {
  return line.exec(text)?.[1] || undefined;
}

function numberIn(text: string, line: RegExp): number | undefined {
  const found = line.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
