/** What makers of boards call their slots for DIMMs, taken apart. */

/** A slot for a memory module. Sockets, channels and positions are numbered as the maker of the board does. */
export interface MemorySlot {
  /** What the board calls it: "A1", "PROC 1 DIMM 3". */
  locator?: string;
  /** Bank locator of SMBIOS. */
  bank?: string;
  /** Whether a module is in the slot. */
  populated: boolean;
  /** Of the module in it. */
  sizeBytes?: number;
  /** The CPU socket that it belongs to, where its name tells: "1". */
  socket?: string;
  /** The memory channel, where its name tells: "A", "0". */
  channel?: string;
  /** The place within the channel, or where there is none within the socket. */
  position?: number;
}

/** Where a slot is. Numbers and letters are the maker's. */
export interface SlotPlace {
  /** CPU socket that the slot belongs to. */
  socket?: string;
  /** Memory channel of the socket. */
  channel?: string;
  /** Place on the channel, from 1 or 0 as the maker counts. */
  position?: number;
}

/** How a board names its slots. */
export interface Naming {
  /**
   * What the letter in "A1" is: the socket (Dell), or the channel; undefined where all slots of a board have the same
   * one ("D1" of Sun), which tells nothing.
   */
  letter?: "socket" | "channel";
  /**
   * What the letter in "DIMM 1A" is: the channel (Fujitsu), or the place in the channel that the number names (Supermicro);
   * undefined where it is the order to fill them in (HP).
   */
  letterBehind?: "channel" | "position";
}

const SOCKET = /(?:^|[^A-Z])(?:PROC|CPU|SOCKET|NODE(?=\d+_DIMM)|P)[ _]*(\d{1,2})(?!\d)/i;

/** Forms of a locator, the more telling ones first. */
const LOCATORS: readonly RegExp[] = [
  // "ChannelA-DIMM0", "Controller0-ChannelB_Dimm1", "CPU1 Channel2 DIMM0"
  /CHAN(?:NEL)?[ _-]?(?<channel>[A-Z]|\d{1,2})[ _-]*(?:SLOT|DIMM)[ _-]?(?<position>\d{1,2})/i,
  // "Controller0-ChannelA"
  /CHANNEL[ _-]?(?<channel>[A-Z]|\d{1,2})$/i,
  // "CPU0_C0D1"
  /_C(?<channel>\d{1,2})D(?<position>\d)$/,
  // "P0_D1_UMC0_CH_A0", "P0_MC0_DIM_CH_A0", "DIMM CHA3"
  /CH[ _]?(?<channel>[A-Z])(?<position>\d)$/i,
  // "DDR4_CH0"
  /_CH(?<channel>\d{1,2})$/i,
  // "DIMM1_A"
  /DIMM(?<position>\d{1,2})_(?<channel>[A-Z])$/i,
  // "DIMM_A1", "P1-DIMMA1", "CPU1_DIMM_A1", "DIMM_P0_A0", "CPU0_A0", "A1", "DIMM A1"
  /(?:^|DIMM|[ _-])[ _-]?(?<letter>[A-Z])(?<position>\d{1,2})$/i,
  // "PROC 1 DIMM 3", "PROC 1 DIMM 7I", "DIMM 3", "CPU0-DIMM1", "P1_DIMM1A", "DIMM-1A", "DIMM5_CPU0"
  /DIMM[ _-]*(?<position>\d{1,2})(?<behind>[A-Z])?(?:[ _-](?:CPU|PROC|P)\d)?$/i,
];

/** The same of a bank locator: "P0_Node0_Channel0_Dimm1", "NODE 0 CHANNEL 2 DIMM 1", "P0 CHANNEL A", "CHAN A DIMM 1". */
const BANK = /CHAN(?:NEL)?[ _]?(?<channel>[A-Z]|\d{1,2})(?![A-Z\d])(?:[ _]DIMM[ _]?(?<position>\d))?/i;
/** "ChannelA0" */
const BANK_AND_PLACE = /CHANNEL(?<channel>[A-Z])(?<position>\d)$/i;

/** The place of a slot by its locator and bank locator; what neither tells is left out. */
export function slotPlace(label = "", bank = "", { letter: letterIs, letterBehind }: Naming): SlotPlace {
  // The label of the connector on the board stands behind the name, or alone.
  const locator = label.replace(/(^|\s)J\d+([A-Z]\d+)?$/, "");
  const named = LOCATORS.map((form) => form.exec(locator)?.groups).find((groups) => groups !== undefined) ?? {};
  const inBank = (BANK.exec(bank) ?? BANK_AND_PLACE.exec(bank))?.groups ?? {};
  const behind = letterBehind && named["behind"]?.toUpperCase();
  const letter = named["letter"]?.toUpperCase();
  const socket = SOCKET.exec(locator)?.[1] ?? SOCKET.exec(bank)?.[1] ??
    (letterIs === "socket" && letter !== undefined ? String(ordinal(letter)) : undefined);
  const isNumberChannel = behind !== undefined && letterBehind === "position";
  const channel = named["channel"]?.toUpperCase() ?? (letterIs === "channel" ? letter : undefined) ??
    (isNumberChannel ? named["position"] : behind) ?? inBank["channel"]?.toUpperCase();
  const position = isNumberChannel ? ordinal(behind) : named["position"] ?? inBank["position"];
  return {
    ...socket === undefined ? {} : { socket },
    ...channel === undefined ? {} : { channel },
    ...position === undefined ? {} : { position: Number(position) },
  };
}

/** 1 for A. */
function ordinal(letter: string): number {
  return letter.charCodeAt(0) - "A".charCodeAt(0) + 1;
}

/** A channel has three slots at most: where a letter has more, it is a socket. */
const MOST_IN_CHANNEL = 3;

/** How the slots of a board are named, by all of them. */
export function namingOf(locators: readonly string[], manufacturer = ""): Naming {
  const letters = locators.flatMap((locator) =>
    /^(?:DIMM[ _-]?)?([A-Z])\d{1,2}$/i.exec(locator)?.[1]?.toUpperCase() ?? []
  );
  const counts = [...Map.groupBy(letters, (letter) => letter).values()].map((same) => same.length);
  const isDell = /^dell/i.test(manufacturer) && letters.length > 0;
  const isNoChannel = counts.some((count) => count > MOST_IN_CHANNEL);
  // Sockets are counted from A.
  const isSocket = isDell || (isNoChannel && letters.includes("A"));
  const letterBehind = letterBehindNumber(locators);
  return {
    ...isSocket ? { letter: "socket" } : isNoChannel ? {} : { letter: "channel" },
    ...letterBehind && { letterBehind },
  };
}

/** Where one number comes with several letters, the letter tells slots apart: channels are more than slots in a channel. */
function letterBehindNumber(locators: readonly string[]): Naming["letterBehind"] {
  const names = locators.flatMap((locator) => {
    const [, before, number, letter] = /^(.*DIMM[ _-]*)(\d{1,2})([A-Z])$/i.exec(locator) ?? [];
    return letter === undefined ? [] : [{ slot: `${before}${number}`, letter: letter.toUpperCase() }];
  });
  const areOrder = new Set(names.map(({ slot }) => slot)).size === names.length;
  if (areOrder) return undefined;
  return new Set(names.map(({ letter }) => letter)).size > MOST_IN_CHANNEL ? "channel" : "position";
}
