/** Machines whose pages are looked at: the recordings of the project, and those of the corpus. */
import { join } from "@std/path";
import type { Facts } from "../../collectors/facts/mod.ts";
import { judged } from "../../collectors/judge/mod.ts";
import { openReplay } from "../../collectors/host/replay.ts";
import { collect } from "../../collectors/mod.ts";
import { parseDmidecode } from "../../collectors/tools/dmidecode/mod.ts";
import { parseLshw } from "../../collectors/tools/lshw/mod.ts";
import { ok, uncheckedFactsOf } from "../collectors/facts/assembled.ts";
import { filesIn, read } from "../corpus/corpus.ts";
import { goldens } from "../golden.ts";

/** A machine under the name of its recording or file. */
export interface Machine {
  name: string;
  facts: Facts;
}

/** The machines in tests/fixtures/bundles. */
export async function recordedMachines(): Promise<Machine[]> {
  return await Promise.all(
    goldens().map(async ({ name, bundle }) => {
      const { facts } = await collect(await openReplay(bundle), "4.0.0");
      return { name, facts: judged(facts) };
    }),
  );
}

/** Every n-th SMBIOS dump of the corpus is enough beside the trees of lshw. */
const MACHINES_BY_SMBIOS = 14;

/** Machines of the corpus: servers, PCs, virtual machines, an ARM board. None where there is no corpus. */
export function corpusMachines(): Machine[] {
  const trees = filesIn("lshw", (file) => /^(dl360p|fujitsu|ipa|ironlib|rackhd).*\.json$/.test(file));
  const dumps = filesIn("dmidecode", (file) => file.endsWith(".txt"));
  const some = dumps.filter((_, i) => i % Math.ceil(dumps.length / MACHINES_BY_SMBIOS) === 0);
  return [
    ...trees.map((file) => machine(file, uncheckedFactsOf({ lshw: ok(parseLshw(read(file)).value) }))),
    ...some.map((file) => machine(file, uncheckedFactsOf({ dmidecode: ok(parseDmidecode(read(file)).value) }))),
  ];
}

/** Later than every firmware of the corpus: an earlier one would be a clock that stands. */
const NOW = "2026-11-01T12:00:00.000Z";

function machine(file: string, facts: Facts): Machine {
  return { name: join("corpus", file).replace(/\W+/g, "-"), facts: judged({ ...facts, collectedAt: NOW }) };
}
