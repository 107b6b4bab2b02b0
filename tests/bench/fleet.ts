/** How long 1,000 facts files take with a spec, and how much memory: `--once --replay FOLDER --spec FILE`. */
import { fromFileUrl, join } from "@std/path";
import { makeFleet, SPEC } from "../fleet/make.ts";

const MACHINES = 1000;
const MOST_SECONDS = 10, MOST_MIB = 300;

const folder = await Deno.makeTempDir({ prefix: "hnl_mk-bench-" });
try {
  const facts = join(folder, "facts"), spec = join(folder, "spec.yaml");
  await Deno.mkdir(facts);
  await makeFleet(MACHINES, facts);
  await Deno.writeTextFile(spec, SPEC);
  const started = performance.now();
  const main = fromFileUrl(new URL("../../main.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--no-prompt", main, "--once", "--replay", facts, "--spec", spec],
    stdout: "null",
  }).spawn();
  let peakKib = 0;
  const timer = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended.
    }
  }, 20);
  const { code } = await child.status;
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${MACHINES} facts files   ${seconds.toFixed(1)} s (aim: at most ${MOST_SECONDS} s), ` +
      `peak ${Math.round(peakKib / 1024)} MiB (aim: at most ${MOST_MIB} MiB), exit code ${code}`,
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}
