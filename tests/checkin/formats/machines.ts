/** Machines to try the formats on: the project's recordings, and those of the corpus. */
import { join } from "@std/path";
import type { Facts } from "../../../collectors/facts/mod.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { collect } from "../../../collectors/mod.ts";
import { parseDmidecode } from "../../../collectors/tools/dmidecode/mod.ts";
import { parseLshw } from "../../../collectors/tools/lshw/mod.ts";
import { ParseError } from "../../../collectors/tools/parsing.ts";
import { factsOf, ok } from "../../collectors/facts/assembled.ts";
import { withFolder } from "../../collectors/host/support.ts";
import { CORPUS, filesIn, read } from "../../corpus/corpus.ts";
import { layBundle } from "../../corpus/qemu_bundle.ts";
import { goldens } from "../../golden.ts";

export interface Machine {
  name: string;
  facts: Facts;
}

/** The facts of the recording in a folder. */
async function factsIn(folder: string): Promise<Facts> {
  return (await collect(await openReplay(folder), "4.0.0", {})).facts;
}

/** The recordings under tests/fixtures/bundles, collected anew. */
export async function recordedMachines(): Promise<Machine[]> {
  return await Promise.all(
    goldens().map(async ({ name, bundle }) => ({
      name,
      facts: await factsIn(bundle),
    })),
  );
}

/** The recorded machine of that name. */
export async function recorded(name: string): Promise<Facts> {
  const { bundle } = goldens().find((golden) => golden.name === name)!;
  return await factsIn(bundle);
}

/** Every machine of the corpus: whole ones, and those of which there is the output of dmidecode or lshw alone. */
export async function* corpusMachines(): AsyncGenerator<Machine> {
  for (const node of filesIn("qemu").filter((node) => filesIn(node).includes(join(node, "ip-link.json")))) {
    let facts: Facts;
    await withFolder(async (folder) => {
      await layBundle(join(CORPUS, node), folder);
      facts = await factsIn(folder);
    });
    yield { name: node, facts: facts! };
  }
  for (const file of filesIn("dmidecode", (name) => name.endsWith(".txt"))) {
    const facts = parsed(() => factsOf({ dmidecode: ok(parseDmidecode(read(file)).value) }));
    if (facts) yield { name: file, facts };
  }
  for (const file of filesIn("lshw", (name) => name.endsWith(".json") && name !== "MANIFEST.json")) {
    const facts = parsed(() => factsOf({ lshw: ok(parseLshw(read(file)).value) }));
    if (facts) yield { name: file, facts };
  }
}

/** Undefined for the outputs that nothing can be made of: the tests of the parsers say which. */
function parsed(parse: () => Facts): Facts | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
