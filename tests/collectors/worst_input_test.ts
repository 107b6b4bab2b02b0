/** Nothing that a tool prints makes the process large or keeps it from a check-in. */
import { assert, assertLess } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { OUTPUT_LIMIT_BYTES } from "../../collectors/host/mod.ts";
import { slowness } from "../load.ts";
import { withFolder, writeTool } from "./host/support.ts";
import { toolThatPrints, WORST_INPUTS, type WorstInput } from "./worst_inputs.ts";

const CHILD = fromFileUrl(new URL("./worst_input.ts", import.meta.url));
const MOST_MIB = 256, MOST_GAP_MS = 5_000;
/** As much as is printed before a tool is killed. */
const LIMITS_BYTES: Record<WorstInput["tool"], number> = {
  dmidecode: OUTPUT_LIMIT_BYTES,
  lshw: OUTPUT_LIMIT_BYTES,
  lscpu: 1 << 20,
  ipmitool: 256 << 10,
  lldptool: 256 << 10,
};

interface Measured {
  peakMiB: number;
  longestGapMs: number;
  sources: Record<string, { status: string; error?: string }>;
}

/** One collection in a process of its own, where these inputs are all that the tools print. */
async function measure(inputs: WorstInput[]): Promise<Measured> {
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

function assertBounded(what: string, { peakMiB, longestGapMs }: Measured): void {
  assertLess(peakMiB, MOST_MIB, what);
  assertLess(longestGapMs, MOST_GAP_MS * slowness(), what);
}

for (const [what, input] of Object.entries(WORST_INPUTS)) {
  Deno.test(`${input.tool}: ${what} stay within 256 MiB and 5 s`, async () => {
    const measured = await measure([input]);
    assertBounded(what, measured);
    const { status, error = "" } = measured.sources[input.tool]!;
    assert(status === "ok" || error !== "", what);
  });
}

Deno.test("the worst of all tools at once stay within 256 MiB and 5 s", async () => {
  const worst = [
    "nodes up to the limit",
    "structures up to the limit",
    "many CPU lists",
    "one long TLV",
    "FRU keys up to the limit",
  ];
  assertBounded("all at once", await measure(worst.map((what) => WORST_INPUTS[what]!)));
});
