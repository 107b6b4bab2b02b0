/** What a collection takes where tools print the worst. */
import { assert } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { OUTPUT_LIMIT_BYTES } from "../../collectors/host/mod.ts";
import { withFolder, writeTool } from "./host/support.ts";
import { toolThatPrints, WORST_INPUTS, type WorstInput } from "./worst_inputs.ts";

const CHILD = fromFileUrl(new URL("./worst_input.ts", import.meta.url));
/** As much as is printed before a tool is killed. */
const LIMITS_BYTES: Record<WorstInput["tool"], number> = {
  dmidecode: OUTPUT_LIMIT_BYTES,
  lshw: OUTPUT_LIMIT_BYTES,
  lscpu: 1 << 20,
  ipmitool: 256 << 10,
  lldptool: 256 << 10,
};

/** Of one collection. */
export interface Measured {
  peakMiB: number;
  longestGapMs: number;
  sources: Record<string, { status: string; error?: string }>;
}

/** One collection in a process of its own, where these inputs are all that the tools print. */
export async function measure(inputs: readonly WorstInput[]): Promise<Measured> {
  let measured: Measured | undefined;
  await withFolder(async (folder) => {
    for (const { tool, print } of inputs) {
      await Deno.writeTextFile(join(folder, `${tool}.out`), print(LIMITS_BYTES[tool]));
      await writeTool(join(folder, tool), toolThatPrints(`${folder}/${tool}.out`));
    }
    // Of lldptool there are as many outputs as NICs.
    for (let i = 0; i < 16; i++) {
      await Deno.mkdir(join(folder, `sys/class/net/eth${i}`), { recursive: true });
      await Deno.symlink("../../../devices", join(folder, `sys/class/net/eth${i}/device`));
    }
    await Deno.mkdir(join(folder, "dev"));
    await Deno.writeTextFile(join(folder, "dev/ipmi0"), "");
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", CHILD, folder],
      signal: AbortSignal.timeout(60_000),
    }).output();
    assert(code === 0, new TextDecoder().decode(stderr));
    measured = JSON.parse(new TextDecoder().decode(stdout));
  });
  return measured!;
}

/** The worst of each tool, all at once. */
export const ALL_AT_ONCE: readonly WorstInput[] = [
  "nodes up to the limit",
  "structures up to the limit",
  "many CPU lists",
  "one long TLV",
  "FRU keys up to the limit",
].map((what) => WORST_INPUTS[what]!);
