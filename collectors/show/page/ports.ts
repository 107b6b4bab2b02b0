/** Network ports with what they are cabled to. */
import { itemPath } from "../../facts/path.ts";
import type { Facts, Neighbour, Nic } from "../../facts/mod.ts";
import { type Block, type Cell, cells, fitting, NOTHING, round, stack, textWidth } from "./block.ts";
import type { FabricPort } from "./cards.ts";
import { CHANGE_WORDS, lookOf, type Mark, type Marks } from "./marks.ts";
import { markup } from "./markup.ts";
import { bitRate, listed, words } from "./words.ts";

/** A port as a row: a dot that is filled where there is a link, and a line to what is at the other end. */
export interface Port {
  name: string;
  isLinked: boolean;
  /** Beside the name. */
  says?: string;
  /** At the other end of the line. */
  far?: string;
  mark?: Mark | undefined;
}

const ROW = 22, DOT = 16;

/** Ports below each other; their lines start and end at the same places. */
export function portRows(ports: readonly Port[], width: number): Block {
  const label = (port: Port) => words(port.name, port.says);
  const isCabled = ports.some(({ far }) => far !== undefined);
  // Where names and far ends have no room beside each other, the far end goes below.
  const nameRoom = Math.max(0, ...ports.filter(({ far }) => far !== undefined).map((port) => textWidth(label(port)))) +
    DOT + 8;
  const farRoom = Math.max(0, ...ports.map(({ far = "" }) => textWidth(far))) + 18;
  const isBelow = isCabled && nameRoom + farRoom + 20 > width;
  const pill = Math.min(farRoom, width - (isBelow ? 28 : nameRoom + 20));
  const rows = ports.map((port) => {
    const { name, says, far, isLinked, mark } = port;
    const look = lookOf(mark), x = round(width - pill), y = isBelow ? ROW : 0;
    const wire = far === undefined
      ? undefined
      : markup`<path class="wire ${look}" d="${
        isBelow ? `M5 15V${ROW + 11}` : `M${round(nameRoom)} 11`
      }H${x}"/><rect class="pill ${look}" x="${x}" y="${y + 1}" width="${round(pill)}" height="20" rx="10"/><text x="${
        round(x + pill / 2)
      }" y="${y + 15}" text-anchor="middle">${fitting(far, pill - 12)}</text>`;
    return {
      height: ROW + (far === undefined ? 0 : y),
      svg: markup`<g><title>${listed(name, says, far, ...mark?.notes ?? [])}</title>${wire}<circle class="dot ${
        isLinked && "linked"
      } ${look}" cx="5" cy="11" r="4.5"/><text x="${DOT}" y="15">${
        fitting(name, width - DOT)
      } <tspan class="dim ${look}">${
        says && fitting(says, Math.max(40, width - DOT - textWidth(name)))
      }</tspan></text></g>`,
    };
  });
  return stack(rows);
}

/** More rows than this of ports with nothing at their other end are drawn as small boxes. */
const MOST_PLAIN_ROWS = 4;

/** The NICs of a card. */
export function nicPorts(facts: Facts, marks: Marks, nics: readonly Nic[], width: number): Block {
  const ports = nics.map((nic) => portOf(facts, marks, nic));
  const isRow = ({ far, mark }: Port) =>
    ports.length <= MOST_PLAIN_ROWS || far !== undefined || mark?.level !== undefined;
  const small: Cell[] = ports.filter((port) => !isRow(port)).map(({ name, says, isLinked, mark }) => ({
    label: name,
    look: words(isLinked ? "filled" : "empty", lookOf(mark)),
    title: listed(name, says, ...mark?.notes ?? []),
  }));
  return stack([portRows(ports.filter(isRow), width), small.length > 0 ? cells(small, width) : NOTHING], 4);
}

function portOf({ neighbours = [], lldp = [] }: Facts, marks: Marks, nic: Nic): Port {
  const { name, carrier, speedMbps, maxSpeedMbps } = nic;
  const neighbour = neighbours.find((each) => each.interface === name);
  const mark = marks.get(`nics[${name}]`) ?? marks.get(`neighbours[${name}]`);
  const isSilent = lldp.find((each) => each.interface === name)?.verdict === "nothingHeard";
  const most = maxSpeedMbps !== undefined && maxSpeedMbps !== speedMbps ? `of ${bitRate(maxSpeedMbps)}` : undefined;
  const change = mark?.change && mark.change !== "changed" && CHANGE_WORDS[mark.change];
  const says = carrier
    ? listed(change, words(bitRate(speedMbps), most), !neighbour && isSilent && "no LLDP heard")
    : listed(change, carrier === false ? "no carrier" : "down", most?.replace("of", "can"));
  return {
    name,
    isLinked: carrier === true,
    ...says !== "" && { says },
    ...neighbour && { far: farEnd(neighbour) },
    mark,
  };
}

/** A port of InfiniBand or Fibre Channel: no LLDP says what it is cabled to, but the fabric gives it an address. */
export function fabricPort(port: FabricPort, marks: Marks): Port {
  const { name, state, speedMbps } = port;
  const isInfiniband = "linkLayer" in port;
  const address = "fabricName" in port ? port.fabricName : "lid" in port && port.lid ? `LID ${port.lid}` : undefined;
  const isLinked = /^(active|online)$/i.test(state ?? "");
  return {
    name,
    isLinked,
    says: listed(isLinked ? bitRate(speedMbps) : undefined, state?.toLowerCase()),
    ...isLinked && address !== undefined && { far: `fabric ${address}` },
    mark: marks.get(itemPath(isInfiniband ? "infiniband" : "fibreChannel", name)),
  };
}

/** "leaf-01 Ethernet1/17": of the switch's name what stands before its domain. */
function farEnd({ systemName, chassisId, portId }: Neighbour): string {
  return words(systemName?.split(".")[0] || chassisId?.value, portId?.value) || "unnamed";
}
