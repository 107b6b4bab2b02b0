import { assertEquals } from "@std/assert";
import { namingOf, slotPlace } from "../../../collectors/facts/memory_slots.ts";

Deno.test("slotPlace() takes the names of slots apart", () => {
  const naming = { isLetterSocket: false };
  for (
    const [locator, bank, place] of [
      ["PROC 1 DIMM 3", "", { socket: "1", position: 3 }],
      ["PROC 2 DIMM 7I", "", { socket: "2", position: 7 }],
      ["CPU0_DIMM_A1", "NODE 1", { socket: "0", channel: "A", position: 1 }],
      ["P1-DIMMA1", "P0_Node0_Channel0_Dimm0", { socket: "1", channel: "A", position: 1 }],
      ["DIMM_P0_A0", "BANK 0", { socket: "0", channel: "A", position: 0 }],
      ["DIMM 0", "P0 CHANNEL A", { socket: "0", channel: "A", position: 0 }],
      ["DIMM000 J27", "SOCKET 0 CHANNEL 0 DIMM 0", { socket: "0", channel: "0", position: 0 }],
      ["Node0_Channel0_Dimm0", "", { channel: "0", position: 0 }],
      ["ChannelA-DIMM0", "BANK 0", { channel: "A", position: 0 }],
      ["CPU0_C2D1", "NODE 0", { socket: "0", channel: "2", position: 1 }],
      ["P0_D1_UMC0_CH_A0", "P0 CHANNEL A", { socket: "0", channel: "A", position: 0 }],
      ["DIMM 3", "CPU 1", { socket: "1", position: 3 }],
      ["D11", "/SYS/MB/P0", { socket: "0", channel: "D", position: 11 }],
      ["RAM slot #0", "RAM slot #0", {}],
      ["NVD #0", "", {}],
      ["", "", {}],
    ] as const
  ) assertEquals(slotPlace(locator, bank, naming), place, locator);
});

Deno.test("namingOf() tells sockets called by letters from channels", () => {
  const dell = ["A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4", "B5"];
  assertEquals(namingOf(dell), { isLetterSocket: true });
  assertEquals(slotPlace("B12", "", namingOf(dell)), { socket: "2", position: 12 });
  assertEquals(namingOf(["DIMM_A1", "DIMM_A2", "DIMM_B1", "DIMM_B2"]), { isLetterSocket: false });
  assertEquals(namingOf(["A1", "B1"], "Dell Inc."), { isLetterSocket: true });
});
