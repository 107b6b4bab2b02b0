import { assertEquals } from "@std/assert";
import { collectParts } from "../../../collectors/mod.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { askingVersionsOnce } from "../../../collectors/tools/versions.ts";
import { stubHost } from "../stub_host.ts";

Deno.test("askingVersionsOnce() spares every later collection the runs that only say a version", async () => {
  const replay = await openReplay(new URL("../../fixtures/bundles/dell", import.meta.url).pathname);
  let runs: string[] = [];
  const host = askingVersionsOnce({
    ...replay,
    async run(tool, args, options) {
      runs.push([tool, ...args].join(" "));
      const result = await replay.run(tool, args, options);
      // The recording is older than some questions, which its tools would have answered.
      return result.failure === "missing" ? { ...result, failure: "failed" } : result;
    },
  });
  const versions = async () => {
    const parts = await collectParts(host);
    return Object.values(parts).map(({ source }) => source.version);
  };
  const first = await versions();
  const asked = runs.toSorted();
  runs = [];
  assertEquals(await versions(), first);
  const spared = asked.filter((run) => !runs.includes(run));
  assertEquals(spared, ["ipmitool -V", "lldptool -v", "lscpu --version"]);
  assertEquals(runs.length, asked.length - 3);
});

Deno.test("askingVersionsOnce() asks again where there was no answer, and a tool that was missing meanwhile", async () => {
  let failure: "failed" | "missing" | undefined;
  let runs = 0;
  const host = askingVersionsOnce(stubHost(() => {
    runs++;
    return failure ? { failure } : { stdout: "ipmitool version 1.8.19\n" };
  }));
  const version = async () => (await host.run("ipmitool", ["-V"])).stdout;
  failure = "failed";
  assertEquals([await version(), await version(), runs], ["", "", 2]);
  failure = undefined;
  assertEquals([await version(), await version(), runs], Array(2).fill("ipmitool version 1.8.19\n").concat(3));
  failure = "missing";
  await host.run("ipmitool", ["mc", "info"]);
  assertEquals([await version(), runs], ["", 5]);
});
