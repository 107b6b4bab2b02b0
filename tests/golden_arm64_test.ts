/** The recordings under ARM's Deno: the same facts and tables, whatever runs the agent. */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { goldens, withoutTimes } from "./golden.ts";
import { type ArmUserland, armUserland } from "./node/arm64.ts";
import { inCache } from "./node/cache.ts";
import { run, which } from "./node/command.ts";
import { Unavailable } from "./node/debian.ts";
import { tempFolder } from "./temp_folder.ts";

const arm = await armHere();

/** ARM's programs, from the cache or Debian's and npm's archives; undefined with the reason on standard error. */
async function armHere(): Promise<ArmUserland | undefined> {
  try {
    if (!await which("qemu-aarch64-static")) throw new Unavailable("ARM's Deno is run with Debian's qemu-user-static");
    return await inCache("node-arm64", (cache) => armUserland(cache, console.error));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.error(`skipped: ${error.message}`);
    return undefined;
  }
}

/** *wide* has more of what these have, and takes an emulated CPU longer than both. */
const GOLDENS = goldens().filter(({ name }) => name !== "wide");

Deno.test({ name: "the recordings give their golden facts and tables under ARM's Deno", ignore: !arm }, async (t) => {
  const folder = await tempFolder();
  const script = `${folder}/golden_all.js`;
  const source = fromFileUrl(new URL("golden_all.ts", import.meta.url));
  await run(Deno.execPath(), ["bundle", "--quiet", "--no-check", "-o", script, source]);
  const recordings = GOLDENS.map(({ name, bundle }) => `${name}=${bundle}`);
  // What is compiled for one architecture must not come into the cache of the other.
  const deno = ["env", `DENO_DIR=${folder}`, ...arm!.emulator, arm!.agent];
  await run(deno[0]!, [
    ...deno.slice(1),
    "run",
    "--quiet",
    "--no-config",
    "--allow-all",
    script,
    folder,
    ...recordings,
  ]);
  for (const { name, json, table } of GOLDENS) {
    await t.step(name, async () => {
      const [facts, shown] = [`${folder}/${name}.json`, `${folder}/${name}.table`].map((path) =>
        Deno.readTextFile(path)
      );
      assertEquals(withoutTimes(await facts!), await Deno.readTextFile(json));
      assertEquals(await shown, await Deno.readTextFile(table));
    });
  }
});
