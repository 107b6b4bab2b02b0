/** The NICs with the switch ports that they are cabled to, and why others hear none. */
import type { Facts, Neighbour, Nic } from "../../facts/mod.ts";
import { columns, named } from "../layout.ts";
import { clean } from "../text.ts";
import { count, list, ranges, rateOf, words } from "../words.ts";
import type { View } from "./view.ts";

const HEADINGS = ["NAME", "MAC", "LINK", "SPEED", "DRIVER", "BOND", "ADDRESS", "SWITCH PORT", "MODEL"];
/** What is shown besides where the section was asked for. */
const WHOLE_HEADINGS = ["SLOT", "FIRMWARE", "PART", "SERIAL"];

/**
 * The physical NICs, each with the switch port that it is cabled to, and of those that hear none why; as a whole those
 * without a port of their own as well.
 */
export function nicLines(facts: Facts, view: View): string[] {
  const { nics = [], neighbours = [] } = facts;
  const physical = nics.filter((nic) => nic.physical);
  const listed = view.isWhole ? nics : physical;
  const heard = Map.groupBy(neighbours, (neighbour) => neighbour.interface);
  const models = listed.map((nic) => nic.product ?? nic.vendor);
  const isOneModel = listed.length > 1 && new Set(models).size === 1;
  const rows = listed.map((nic, i) => {
    const ports = heard.get(nic.name) ?? [];
    return [
      nic.physical ? nic.name : `${nic.name} (no port)`,
      nic.permanentMac ?? nic.mac,
      nic.carrier === undefined ? nic.operState : nic.carrier ? "up" : "no carrier",
      speed(nic),
      nic.driver,
      nic.bond,
      nic.addresses?.filter(({ scope }) => scope === "global").map(({ address }) => address).join(" "),
      list(...ports.map(portName)),
      isOneModel ? undefined : models[i],
      ...view.isWhole ? [nic.slot, nic.firmware, nic.partNumber, nic.serialNumber] : [],
    ];
  });
  const virtual = nics.length - physical.length;
  const shown = new Set(listed.map(({ name }) => name));
  const elsewhere = neighbours.filter((neighbour) => !shown.has(neighbour.interface));
  return [
    ...totalLine(physical, virtual, view.width),
    ...named([["model", isOneModel ? models[0] : undefined]], view.width),
    ...columns(view.isWhole ? [...HEADINGS, ...WHOLE_HEADINGS] : HEADINGS, rows, ["MODEL"], view.width),
    ...neighbourRows(elsewhere, view),
    ...verdictLines(facts),
    ...routeLines(facts, view),
  ];
}

function totalLine(physical: readonly Nic[], virtual: number, width: number): string[] {
  if (physical.length + virtual < 2) return [];
  const linked = physical.filter(({ carrier }) => carrier).length;
  return named([[
    "total",
    list(
      count(physical.length, "NIC"),
      `${linked} with a link`,
      virtual === 0 ? undefined : `${virtual} more without a port`,
    ),
  ]], width);
}

/** The ways out of the machine's own networks, and whom it asks for names. */
function routeLines({ routes = [], dnsServers = [] }: Facts, { width }: View): string[] {
  const gateways = routes.map(({ gateway, interface: name }) => words(gateway, `by ${name}`));
  return named([["gateway", list(...new Set(gateways))], ["DNS", list(...dnsServers)]], width);
}

/** "leaf-01 Ethernet1/17 VLAN 210" */
function portName({ systemName, chassisId, portId, pvid }: Neighbour): string | undefined {
  return words(systemName ?? chassisId?.value, portId?.value, pvid === undefined ? undefined : `VLAN ${pvid}`);
}

/** The switch ports one by one, with what the switch says of them. */
export function neighbourLines({ neighbours = [] }: Facts, view: View): string[] {
  return neighbourRows(neighbours, view);
}

function neighbourRows(neighbours: readonly Neighbour[], { width }: View): string[] {
  const rows = neighbours.map((heard) => [
    heard.interface,
    heard.systemName ?? heard.chassisId?.value,
    heard.portId?.value,
    heard.pvid === undefined ? undefined : String(heard.pvid),
    heard.portDescription,
  ]);
  return columns(["NIC", "SWITCH", "PORT", "VLAN", "DESCRIPTION"], rows, ["DESCRIPTION"], width);
}

/** Those of the link stand with the NIC, those of lldpad among what was not read. */
const SHORT_WORDS: Partial<Record<Verdict, string>> = { nothingHeard: "no LLDP heard", notEnabled: "LLDP not enabled" };

const ALL_WORDS: Record<Verdict, string> = {
  ...{ neighbour: "neighbour heard", linkDown: "interface down", noCarrier: "no carrier" },
  ...{ nothingHeard: "no LLDP heard", lldpadUnavailable: "no lldpad answers", notEnabled: "LLDP not enabled" },
};

type Verdict = NonNullable<Facts["lldp"]>[number]["verdict"];

/** Why NICs hear no neighbour: equal verdicts on one line. */
function verdictLines({ lldp = [] }: Facts, verdictWords: Partial<Record<Verdict, string>> = SHORT_WORDS): string[] {
  const names = lldp.map((each) => clean(each.interface));
  const groups = Map.groupBy(lldp.keys(), (place) => lldp[place]!.verdict);
  return [...groups].flatMap(([verdict, places]) => {
    const reason = verdictWords[verdict];
    return reason === undefined ? [] : [`  ${reason}: ${ranges(places, names)}`];
  });
}

/** The verdict of every NIC. */
export function lldpLines(facts: Facts): string[] {
  return verdictLines(facts, ALL_WORDS);
}

function speed({ speedMbps, maxSpeedMbps }: Nic): string | undefined {
  return rateOf(speedMbps, maxSpeedMbps);
}
