import { assertEquals } from "@std/assert";
import { namingOf, slotPlace } from "../../../collectors/facts/memory_slots.ts";

Deno.test("slotPlace() takes the names of slots apart", () => {
  const naming = { letter: "channel" } as const;
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
      ["D1", "/SYS/MB/P0", { socket: "0", channel: "D", position: 1 }],
      ["Controller0-ChannelB", "BANK 1", { channel: "B" }],
      ["DIMM CHA3", "BANK 0", { channel: "A", position: 3 }],
      ["DDR4_CH0", "Bank A", { channel: "0" }],
      ["DIMM5_CPU0", "", { socket: "0", position: 5 }],
      ["DIMM1_B", "", { channel: "B", position: 1 }],
      ["J8J1", "CHAN A DIMM 1", { channel: "A", position: 1 }],
      ["Bottom-Slot 1(left)", "ChannelA0", { channel: "A", position: 0 }],
      ["RAM slot #0", "RAM slot #0", {}],
      ["NVD #0", "", {}],
      ["", "", {}],
    ] as const
  ) assertEquals(slotPlace(locator, bank, naming), place, locator);
});

Deno.test("namingOf() tells sockets called by letters from channels", () => {
  const dell = ["A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4", "B5"];
  assertEquals(namingOf(dell), { letter: "socket" });
  assertEquals(slotPlace("B12", "", namingOf(dell)), { socket: "2", position: 12 });
  assertEquals(namingOf(["DIMM_A1", "DIMM_A2", "DIMM_B1", "DIMM_B2"]), { letter: "channel" });
  assertEquals(namingOf(["A1", "B1"], "Dell Inc."), { letter: "socket" });
  // Sun calls every slot D.
  const sun = namingOf(["D0", "D1", "D2", "D3", "D4"]);
  assertEquals(sun, {});
  assertEquals(slotPlace("D11", "/SYS/MB/P0", sun), { socket: "0", position: 11 });
});

Deno.test("namingOf() tells what the letter behind a number is", () => {
  const supermicro = ["P1_DIMM1A", "P1_DIMM1B", "P1_DIMM2A", "P1_DIMM2B", "P2_DIMM1A", "P2_DIMM1B"];
  assertEquals(slotPlace("P2_DIMM1B", "", namingOf(supermicro)), { socket: "2", channel: "1", position: 2 });
  const fujitsu = ["DIMM-1A", "DIMM-2A", "DIMM-1B", "DIMM-2B", "DIMM-1C", "DIMM-1D"];
  assertEquals(slotPlace("DIMM-2B", "NODE 1", namingOf(fujitsu)), { channel: "B", position: 2 });
  const hp = ["PROC 1 DIMM 1A", "PROC 1 DIMM 2E", "PROC 1 DIMM 3I", "PROC 2 DIMM 1A"];
  assertEquals(slotPlace("PROC 1 DIMM 2E", "", namingOf(hp)), { socket: "1", position: 2 });
});
