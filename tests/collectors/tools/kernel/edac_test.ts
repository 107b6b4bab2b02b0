/** Trees as Linux 6 makes them for skx_edac and amd64_edac, and Linux 3.2 for i5000_edac: made up from their sources. */
import { assertEquals } from "@std/assert";
import { hostFsOf } from "./tree.ts";

const MC = "sys/devices/system/edac/mc";

Deno.test("hostfsCollector tells the errors of each module and of each controller", async () => {
  const { edac } = await hostFsOf({
    [`${MC}/power/control`]: "auto",
    [`${MC}/mc0/mc_name`]: "Skylake Socket#0 IMC#0",
    [`${MC}/mc0/ce_noinfo_count`]: "2",
    [`${MC}/mc0/ue_noinfo_count`]: "0",
    [`${MC}/mc0/csrow0/ch0_ce_count`]: "99",
    ...Object.fromEntries(
      Object.entries({
        dimm_label: "CPU_SrcID#0_MC#0_Chan#0_DIMM#0",
        dimm_location: "channel 0 slot 0 ",
        size: "32768",
        dimm_ce_count: "17",
        dimm_ue_count: "1",
      }).map(([name, text]) => [`${MC}/mc0/dimm0/${name}`, text]),
    ),
  });
  const of = { controller: "mc0", controllerName: "Skylake Socket#0 IMC#0" };
  assertEquals(edac, [
    { name: "mc0", kind: "controller", ...of, correctedErrors: 2, uncorrectedErrors: 0 },
    {
      name: "mc0/dimm0",
      kind: "dimm",
      ...of,
      label: "CPU_SrcID#0_MC#0_Chan#0_DIMM#0",
      location: { channel: 0, slot: 0 },
      sizeBytes: 32 * 2 ** 30,
      correctedErrors: 17,
      uncorrectedErrors: 1,
    },
  ]);
});

Deno.test("hostfsCollector takes the count of a rank from its row where the kernel keeps none with it", async () => {
  const { edac } = await hostFsOf({
    [`${MC}/mc0/rank3/dimm_location`]: "csrow 1 channel 1 ",
    [`${MC}/mc0/csrow1/ch1_ce_count`]: "5",
  });
  assertEquals(edac?.[1], {
    name: "mc0/rank3",
    kind: "rank",
    controller: "mc0",
    location: { csrow: 1, channel: 1 },
    correctedErrors: 5,
  });
});

Deno.test("hostfsCollector reads the rows of a kernel that knows no modules", async () => {
  const { edac } = await hostFsOf({
    [`${MC}/mc0/csrow0/ch0_ce_count`]: "1",
    [`${MC}/mc0/csrow0/ch1_ce_count`]: "2",
    [`${MC}/mc0/csrow0/ch1_dimm_label`]: "DIMM_B1",
    [`${MC}/mc0/csrow0/ue_count`]: "3",
  });
  const counts = edac?.map((unit) => [unit.name, unit.label, unit.correctedErrors, unit.uncorrectedErrors]);
  assertEquals(counts, [
    ["mc0", undefined, undefined, undefined],
    ["mc0/csrow0/ch0", undefined, 1, undefined],
    ["mc0/csrow0/ch1", "DIMM_B1", 2, undefined],
    // Which of the two channels it was nobody knows.
    ["mc0/csrow0", undefined, undefined, 3],
  ]);
});

Deno.test("hostfsCollector tells no counts where the kernel has no driver for the memory controller", async () => {
  assertEquals((await hostFsOf({ [`${MC}/power/control`]: "auto" })).edac, undefined);
  assertEquals((await hostFsOf({})).edac, undefined);
});
