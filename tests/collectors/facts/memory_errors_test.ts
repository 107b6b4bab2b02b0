import { assertEquals } from "@std/assert";
import type { KernelEdacUnit } from "../../../collectors/tools/kernel/edac.ts";
import { assembled } from "./assembled.ts";

const GIB = 2 ** 30;

/** A board with a module of 32 GB in each slot that has a serial number. */
function board(slots: readonly { locator: string; bank?: string; serial?: string }[]): string {
  return slots.map(({ locator, bank = "", serial }) =>
    `Memory Device
	Size: ${serial ? "32 GB" : "No Module Installed"}
	Locator: ${locator}
	Bank Locator: ${bank}
	Type: DDR4
	Serial Number: ${serial ?? "NO DIMM"}
`
  ).join("\n");
}

function controllers(...names: string[]): KernelEdacUnit[] {
  return names.map((name) => ({ name, kind: "controller", controller: name, correctedErrors: 0 }));
}

function dimm(
  controller: string,
  channel: number,
  slot: number,
  correctedErrors: number,
  label?: string,
): KernelEdacUnit {
  return {
    name: `${controller}/dimm${channel * 2 + slot}`,
    kind: "dimm",
    controller,
    ...label === undefined ? {} : { label },
    location: { channel, slot },
    sizeBytes: 32 * GIB,
    correctedErrors,
    uncorrectedErrors: 0,
  };
}

function rank(
  controller: string,
  csrow: number,
  channel: number,
  correctedErrors: number,
  label?: string,
): KernelEdacUnit {
  return {
    name: `${controller}/rank${csrow * 8 + channel}`,
    kind: "rank",
    controller,
    label: label ?? `mc#${controller.slice(2)}csrow#${csrow}channel#${channel}`,
    location: { csrow, channel },
    sizeBytes: 16 * GIB,
    correctedErrors,
    uncorrectedErrors: csrow,
  };
}

/** [serial number, corrected errors] of each module, and what is left over. */
function counted(dmidecode: string, edac: KernelEdacUnit[]) {
  const { memory } = assembled({ dmidecode, hostfs: { edac } });
  return {
    dimms: memory?.dimms?.map(({ serialNumber, correctedErrors }) => [serialNumber, correctedErrors]),
    rest: memory?.edac?.map(({ label, location, correctedErrors }) => [label ?? location, correctedErrors]),
  };
}

Deno.test("memory.dimms have the errors of the module that the kernel calls as the board does", () => {
  const boards = [
    // ghes_edac: the bank and the locator of SMBIOS.
    ["NODE 1 DIMM_A1", { locator: "DIMM_A1", bank: "NODE 1", serial: "S1" }],
    // ras-mc-ctl --register-labels
    ["DIMM_A1", { locator: "A1", serial: "S1" }],
    ["P1_DIMMA1", { locator: "P1-DIMMA1", serial: "S1" }],
  ] as const;
  for (const [label, slot] of boards) {
    const smbios = board([{ locator: "other", serial: "S2" }, slot]);
    const found = counted(smbios, [...controllers("mc0"), dimm("mc0", 0, 0, 7, label)]);
    assertEquals(found, { dimms: [["S2", undefined], ["S1", 7]], rest: undefined }, label);
  }
});

/** Two sockets with two controllers of three channels, the first of which has two slots (Supermicro X11DPH). */
const X11DPH = ["P1", "P2"].flatMap((socket) =>
  ["A1", "A2", "B1", "C1", "D1", "D2", "E1", "F1"].map((slot) => ({
    locator: `${socket}-DIMM${slot}`,
    ...slot === "A2" || slot === "D2" ? {} : { serial: `${socket}${slot}` },
  }))
);

Deno.test("memory.dimms have the errors of their socket, channel and place where the kernel names no slot", () => {
  for (const isLabelled of [true, false]) {
    const edac = ["mc0", "mc1", "mc2", "mc3"].flatMap((controller, mc) =>
      [0, 1, 2].map((channel) => {
        const label = `CPU_SrcID#${mc >> 1}_MC#${mc % 2}_Chan#${channel}_DIMM#0`;
        return dimm(controller, channel, 0, mc * 10 + channel, isLabelled ? label : undefined);
      })
    );
    const found = counted(board(X11DPH), [...controllers("mc0", "mc1", "mc2", "mc3"), ...edac]);
    assertEquals(found.rest, undefined);
    assertEquals(found.dimms, [
      ...[["P1A1", 0], ["P1B1", 1], ["P1C1", 2], ["P1D1", 10], ["P1E1", 11], ["P1F1", 12]],
      ...[["P2A1", 20], ["P2B1", 21], ["P2C1", 22], ["P2D1", 30], ["P2E1", 31], ["P2F1", 32]],
    ]);
  }
});

Deno.test("memory.edac has every count where one module is not where the places say", () => {
  // The second slot of channel A is empty by SMBIOS.
  const edac = [dimm("mc0", 0, 0, 1, "one"), dimm("mc0", 0, 1, 2, "two")];
  const found = counted(board(X11DPH), [...controllers("mc0", "mc1", "mc2", "mc3"), ...edac]);
  assertEquals(found.dimms?.filter(([, errors]) => errors !== undefined), []);
  assertEquals(found.rest, [["one", 1], ["two", 2]]);
});

/** One socket of AMD's with two channels of one module each, named by numbers or by letters. */
const amd = (channels: string[]) =>
  board(channels.map((channel) => ({ locator: "DIMM 0", bank: `P0 CHANNEL ${channel}`, serial: `S${channel}` })));

/** Modules of two ranks. */
const RANKS = [0, 1].flatMap((channel) => [0, 1].map((csrow) => rank("mc0", csrow, channel, 10 * channel + csrow)));

Deno.test("the ranks of a module are one module, never two", () => {
  const found = counted(amd(["0", "1"]), [...controllers("mc0"), ...RANKS]);
  assertEquals(found, { dimms: [["S0", 1], ["S1", 21]], rest: undefined });
  // On AMD the first channel may be B: of letters the order says nothing.
  const lettered = counted(amd(["A", "B"]), [...controllers("mc0"), ...RANKS]);
  assertEquals(lettered.dimms, [["SA", undefined], ["SB", undefined]]);
  assertEquals(lettered.rest?.map(([, errors]) => errors), [1, 21]);
});

Deno.test("memory.edac tells the controller, the place, the size and the counts of a module that is not known", () => {
  const { memory } = assembled({ hostfs: { edac: [...controllers("mc0"), ...RANKS.slice(0, 2)] } });
  assertEquals(memory?.edac, [{
    controller: "mc0",
    label: "mc#0csrow#0channel#0",
    location: "csrow 0,1 channel 0",
    sizeBytes: 32 * GIB,
    correctedErrors: 1,
    uncorrectedErrors: 1,
  }]);
});

Deno.test("ranks that were given one name are one module, whatever their rows", () => {
  const edac = [rank("mc0", 0, 0, 1, "DIMM_A1"), rank("mc0", 2, 0, 2, "DIMM_A1"), rank("mc0", 1, 0, 4, "DIMM_B1")];
  const smbios = board([{ locator: "DIMM_A1", serial: "A" }, { locator: "DIMM_B1", serial: "B" }]);
  assertEquals(counted(smbios, [...controllers("mc0"), ...edac]), { dimms: [["A", 3], ["B", 4]], rest: undefined });
});

Deno.test("memory.edac has the errors that a controller cannot tell the module of", () => {
  const [controller] = controllers("mc0");
  const smbios = board([{ locator: "DIMM_A1", serial: "A" }]);
  const edac = [{ ...controller!, correctedErrors: 3 }, dimm("mc0", 0, 0, 0, "DIMM_A1")];
  assertEquals(assembled({ dmidecode: smbios, hostfs: { edac } }).memory?.edac, [
    { controller: "mc0", correctedErrors: 3 },
  ]);
});

Deno.test("memory.dimms have no errors where the controllers counted none, wherever each module is", () => {
  const none = RANKS.map((unit) => ({ ...unit, correctedErrors: 0, uncorrectedErrors: 0 }));
  assertEquals(counted(amd(["A", "B"]), [...controllers("mc0"), ...none]), {
    dimms: [["SA", 0], ["SB", 0]],
    rest: undefined,
  });
  // Of a module that the driver does not see nothing is known, and so not which.
  const fewer = counted(amd(["A", "B", "C"]), [...controllers("mc0"), ...none]);
  assertEquals(fewer.dimms, [["SA", undefined], ["SB", undefined], ["SC", undefined]]);
});
