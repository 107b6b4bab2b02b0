/** A switch port: LLDP frames (IEEE 802.1AB, 802.1Q annex D, 802.3 clause 79) made from what they are to tell. */

import { createSocket } from "node:dgram";
import type { SwitchPort } from "./machine.ts";

/** A switch that speaks to a node's NIC. */
export interface Switch {
  /** What it says from now on; undefined: nothing more. */
  say(port: SwitchPort | undefined): void;
  stop(): void;
}

/** Sends a frame every second, and at once when it changes, to the UDP end of a QEMU netdev on this machine. */
export function startSwitch(udpPort: number, port: SwitchPort): Switch {
  const socket = createSocket("udp4");
  let frame: Uint8Array | undefined = lldpFrame(port);
  // Nobody may listen there yet, or any more: the frame is then lost, as on a wire.
  socket.on("error", () => {});
  const send = () => frame && socket.send(frame, udpPort, "127.0.0.1");
  const timer = setInterval(send, 1000);
  return {
    say(port) {
      frame = port && lldpFrame(port);
      send();
    },
    stop() {
      clearInterval(timer);
      socket.close();
    },
  };
}

const CHASSIS_SUBTYPES = new Map([["Component", 1], ["Ifalias", 2], ["Port", 3], ["MAC", 4], ["Ifname", 6], [
  "Local",
  7,
]]);
const PORT_SUBTYPES = new Map([["Ifalias", 1], ["Component", 2], ["MAC", 3], ["Ifname", 5], ["Local", 7]]);
const CAPABILITIES = ["Other", "Repeater", "Bridge", "WLAN Access Point", "Router", "Telephone", "DOCSIS", "Station"];
const INTERFACE_SUBTYPES = new Map([["Unknown", 1], ["Ifindex", 2], ["System port number", 3]]);
const DOT1 = [0x00, 0x80, 0xc2];
const DOT3 = [0x00, 0x12, 0x0f];

/** The Ethernet frame. It comes from the address 02:…:01, whatever the chassis ID says. */
function lldpFrame(port: SwitchPort): Uint8Array {
  const id = (subtypes: ReadonlyMap<string, number>, { subtype, value }: { subtype: string; value: string }) => [
    subtypes.get(subtype)!,
    ...(subtype === "MAC" ? hex(value) : utf8(value)),
  ];
  const bytes = [...hex("01:80:c2:00:00:0e"), ...hex("02:00:00:00:00:01"), 0x88, 0xcc];
  const tlv = (type: number, value: number[]) => bytes.push(...word(type << 9 | value.length), ...value);
  const tlvOf = (type: number, value: string | undefined) => value !== undefined && tlv(type, utf8(value));

  if (port.chassisId) tlv(1, id(CHASSIS_SUBTYPES, port.chassisId));
  if (port.portId) tlv(2, id(PORT_SUBTYPES, port.portId));
  tlv(3, word(port.ttlSeconds ?? 120));
  tlvOf(4, port.portDescription);
  tlvOf(5, port.systemName);
  tlvOf(6, port.systemDescription);
  if (port.capabilities) {
    const bits = (names: string[]) => names.reduce((sum, name) => sum | 1 << CAPABILITIES.indexOf(name), 0);
    tlv(7, [...word(bits(port.capabilities.available)), ...word(bits(port.capabilities.enabled))]);
  }
  for (const address of port.managementAddresses ?? []) {
    const number = address.interfaceNumber ?? 0;
    tlv(8, [
      ...[5, 1, ...address.address.split(".").map(Number)],
      ...[INTERFACE_SUBTYPES.get(address.interfaceSubtype ?? "Unknown")!, ...word(number >>> 16), ...word(number)],
      0,
    ]);
  }
  if (port.pvid !== undefined) tlv(127, [...DOT1, 1, ...word(port.pvid)]);
  for (const { id, name = "" } of port.vlans ?? []) tlv(127, [...DOT1, 3, ...word(id), name.length, ...utf8(name)]);
  if (port.maxFrameBytes !== undefined) tlv(127, [...DOT3, 4, ...word(port.maxFrameBytes)]);
  tlv(0, []);
  return Uint8Array.from(bytes);
}

function hex(address: string): number[] {
  return [...Uint8Array.fromHex(address.replaceAll(":", ""))];
}

function utf8(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function word(value: number): number[] {
  return [value >> 8 & 0xff, value & 0xff];
}
