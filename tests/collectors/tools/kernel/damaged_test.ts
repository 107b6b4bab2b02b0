/** The parsers of hostfs on damaged and made-up text: whatever comes in, plain values come out. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseCpuinfo } from "../../../../collectors/tools/kernel/cpu.ts";
import { bootInterfaceMac, commandLineWords } from "../../../../collectors/tools/kernel/kernel_command_line.ts";
import { parseMeminfo } from "../../../../collectors/tools/kernel/meminfo.ts";
import { mountsByDevice, mountsOf, parseMountinfo } from "../../../../collectors/tools/kernel/mounts.ts";
import { hostNames } from "../../../../collectors/tools/kernel/os.ts";
import { parseOsRelease } from "../../../../collectors/tools/kernel/os_release.ts";
import { diskOf, parseFilesystems, parseProcPartitions } from "../../../../collectors/tools/kernel/partitions.ts";
import { parsePciUevent } from "../../../../collectors/tools/kernel/pci.ts";
import {
  parseVpdAtaDesignator,
  parseVpdAtaInformation,
  parseVpdSerialNumber,
} from "../../../../collectors/tools/kernel/vpd.ts";
import { slowness } from "../../../load.ts";
import { assertPlain, damaged, orTooMuch } from "../../mutations.ts";

const OPTIONS = { numRuns: 200, interruptAfterTimeLimit: 1500 };

const PARSERS: Record<string, { sample: string; parse: (text: string) => unknown }> = {
  parseCpuinfo: {
    sample:
      "processor\t: 0\nmodel name\t: AMD EPYC\nmicrocode\t: 0x1\ncpu MHz\t\t: 2596.146\n\nprocessor 1: version = FF\n",
    parse: parseCpuinfo,
  },
  parseMeminfo: { sample: "MemTotal:  2030356 kB\nHugePages_Total: 0\n", parse: (text) => [...parseMeminfo(text)] },
  parseMountinfo: {
    sample: "27 1 254:1 / / rw shared:1 - ext4 /dev/root rw\n34 27 8:18 / /mnt/a\\040b rw - vfat /dev/sdb2 rw\n",
    parse: (text) => mountsOf(mountsByDevice(parseMountinfo(text)), "8:18", "sdb2"),
  },
  parseProcPartitions: {
    sample: "major minor  #blocks  name\n\n 254        1     102400 vda1\n",
    parse: (text) => parseProcPartitions(text).map(({ name }) => diskOf(name) ?? name),
  },
  parseFilesystems: { sample: "nodev\tsysfs\n\text4\n", parse: parseFilesystems },
  parsePciUevent: { sample: "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\n", parse: parsePciUevent },
  parseOsRelease: { sample: 'ID=debian\nNAME="Debian \\"GNU\\""\n', parse: (text) => [...parseOsRelease(text)] },
  commandLineWords: { sample: 'quiet BOOTIF=01-b0-83-fe-d0-00-03 foo="a b"\n', parse: commandLineWords },
  bootInterfaceMac: { sample: "BOOTIF=01-b0-83-fe-d0-00-03", parse: (text) => bootInterfaceMac(text) ?? "" },
  hostNames: { sample: "node1.dc1.example", parse: hostNames },
};

for (const [name, { sample, parse }] of Object.entries(PARSERS)) {
  Deno.test(`${name}() makes plain values of damaged text`, () => {
    fc.assert(fc.property(damaged([sample]), (text) => assertPlain(parse(text))), OPTIONS);
  });

  Deno.test(`${name}() takes time in proportion to the text`, () => {
    for (
      const text of [
        sample.repeat(50_000),
        "1p".repeat(500_000),
        sample.replace(" / ", ` ${"/a".repeat(500_000)} `),
        "a".repeat(1_000_000),
        '" \\040='.repeat(150_000),
      ]
    ) {
      const started = performance.now();
      orTooMuch(() => parse(text));
      const elapsed = performance.now() - started;
      assert(elapsed < 2000 * slowness(), `${elapsed} ms for ${text.length} characters`);
    }
  });
}

Deno.test("the parsers of VPD pages give printable text or nothing, whatever the bytes", () => {
  const page = fc.tuple(fc.constantFrom(0x80, 0x83, 0x89), fc.uint8Array({ maxLength: 700 }))
    .map(([code, body]) => Uint8Array.from([0, code, ...body]));
  fc.assert(
    fc.property(page, (bytes) => {
      const texts = [parseVpdSerialNumber(bytes)].concat(
        Object.values(parseVpdAtaInformation(bytes)),
        Object.values(parseVpdAtaDesignator(bytes)),
      );
      for (const text of texts) assert(text === undefined || /^[!-~]([ -~]*[!-~])?$/.test(text), text);
    }),
    OPTIONS,
  );
});

Deno.test("commandLineWords() finds the words of any command line without quotes", () => {
  const word = fc.stringMatching(/^[!#-~]{1,20}$/);
  fc.assert(
    fc.property(
      fc.array(word),
      fc.constantFrom(" ", "  ", "\t", "\n"),
      (words, blank) => assertEquals(commandLineWords(words.join(blank)), words),
    ),
    OPTIONS,
  );
});
