/** What ipmitool tells of the state of a machine: GUID, chassis, event log, accounts. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  parseChannelAccess,
  parseChassisStatus,
  parseMcGuid,
  parseSelInfo,
  parseSelList,
  parseUserList,
} from "../../../../collectors/tools/ipmitool/mod.ts";
import { isoTime } from "../../../../collectors/tools/ipmitool/times.ts";
import { type Parsed, ParseError } from "../../../../collectors/tools/parsing.ts";

function fixture(name: string): string {
  return Deno.readTextFileSync(new URL(`../../../fixtures/ipmitool/${name}.txt`, import.meta.url));
}

/** The value where every line is understood, without the lines in the tool's own words. */
function whole<T>({ value, unparsed }: Parsed<T>): Omit<T, "fields"> {
  assertEquals(unparsed, []);
  if (Array.isArray(value)) return value;
  const { fields: _, ...typed } = value as T & { fields?: unknown };
  return typed;
}

Deno.test("parseMcGuid() reads the GUID of any version, and takes a filler for none", () => {
  assertEquals(whole(parseMcGuid(fixture("mc-guid"))), { guid: "efcdab89-6745-23a1-efcd-ab89674523a1" });
  const old = "System GUID  : 4C4C4544-0042-3510-8052-B4C04F4E4B32\nTimestamp    : 07/24/2010 11:02:33\n";
  assertEquals(whole(parseMcGuid(old)), { guid: "4c4c4544-0042-3510-8052-b4c04f4e4b32" });
  for (const filler of ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "none"]) {
    assertEquals(whole(parseMcGuid(`System GUID  : ${filler}\n`)), {});
  }
  assertThrows(() => parseMcGuid("Invalid command\n"), ParseError);
});

Deno.test("parseChassisStatus() tells a fault from none, and from what is not told", () => {
  const healthy = {
    powerOverload: false,
    powerInterlock: false,
    mainPowerFault: false,
    powerControlFault: false,
    intrusion: false,
    frontPanelLockout: false,
    driveFault: false,
    coolingFault: false,
  };
  const text = fixture("chassis-status");
  assertEquals<unknown>(whole(parseChassisStatus(text)), {
    ...healthy,
    power: "off",
    powerRestorePolicy: "always-off",
  });
  const broken = text.replaceAll(": false", ": true").replaceAll(": inactive", ": active")
    .replace(/(Last Power Event +:).*/, "$1 ac-failed overload ").replace("always-off", "unknown");
  assertEquals<unknown>(whole(parseChassisStatus(broken)), {
    ...Object.fromEntries(Object.keys(healthy).map((name) => [name, true])),
    power: "off",
    lastPowerEvents: ["ac-failed", "overload"],
  });
  assertEquals<unknown>(whole(parseChassisStatus("System Power         : on\n")), { power: "on" });
});

Deno.test("parseSelInfo() reads a log of events, and a clock that was not set", () => {
  const lastAddedAt = /Last Add Time +: (..)\/(..)\/(..) (\S+)/.exec(fixture("sel-info"))!;
  const [, month, day, year, time] = lastAddedAt;
  assertEquals<unknown>(whole(parseSelInfo(fixture("sel-info"))), {
    entries: 7,
    percentUsed: 7,
    overflow: false,
    lastAddedAt: `20${year}-${month}-${day}T${time}`,
  });
  const unset = "SEL Information\nEntries          : 1\nPercent Used     : unknown\nLast Add Time    : S+ 00:43:19\n" +
    "Last Del Time    : 04/21/2016 21:21:33\nOverflow         : true\n";
  assertEquals<unknown>(whole(parseSelInfo(unset)), {
    entries: 1,
    overflow: true,
    lastDeletedAt: "2016-04-21T21:21:33",
  });
});

Deno.test("parseSelList() reads events of sensors, of an OEM and of the kernel", () => {
  const events = whole(parseSelList(fixture("sel-elist-last-20"))) as ReturnType<typeof parseSelList>["value"];
  assertEquals(events.map(({ time, ...event }) => ({ ...event, isTimed: time !== undefined })), [
    {
      id: 1,
      isTimed: true,
      sensor: "Temperature Inlet Temp",
      event: "Upper Non-critical going high",
      asserted: true,
      detail: "Reading 85 > Threshold 80 degrees C",
    },
    { id: 2, isTimed: true, sensor: "Physical Security #0x51", event: "General Chassis intrusion", asserted: true },
    { id: 3, isTimed: true, sensor: "Power Supply #0x60", event: "Power Supply AC lost", asserted: false },
    { id: 4, isTimed: true, event: "OEM record c0", detail: "000137 | 112233445566" },
    { id: 5, isTimed: false, event: "OEM record e1", detail: "0102030405060708090a0b0c0d" },
    { id: 6, isTimed: false, event: "Linux kernel panic: nic not syn" },
    {
      id: 7,
      isTimed: true,
      sensor: "Memory #0x53",
      event: "Correctable ECC (Correctable ECC |  DIMM3)".replace("|  ", "| "),
      asserted: true,
    },
  ]);
  const others = "  3b | 04/15/2013 | 14:18:22 | Temperature CPU 1 | Upper Critical going high | Asserted\n" +
    " 1ff |  Pre-Init  |0000002599| Event Logging Disabled #0x72 | Log area reset/cleared | Asserted\n" +
    "   1 | 09/20/2026 | 01:40:17 PM EDT | Fan FAN1 | Lower Critical going low  | Deasserted\n";
  assertEquals<unknown>(whole(parseSelList(others)), [
    {
      id: 0x3b,
      time: "2013-04-15T14:18:22",
      sensor: "Temperature CPU 1",
      event: "Upper Critical going high",
      asserted: true,
    },
    { id: 0x1ff, sensor: "Event Logging Disabled #0x72", event: "Log area reset/cleared", asserted: true },
    { id: 1, time: "2026-09-20T13:40:17", sensor: "Fan FAN1", event: "Lower Critical going low", asserted: false },
  ]);
  assertEquals<unknown>(whole(parseSelList("SEL has no entries\n")), []);
  assertThrows(() => parseSelList("Get SEL Info command failed\n"), ParseError);
});

Deno.test("isoTime() knows the hours of half a day", () => {
  assertEquals(isoTime("09/20/2026 12:00:01 AM EDT"), "2026-09-20T00:00:01");
  assertEquals(isoTime("09/20/2026 12:00:01 PM EDT"), "2026-09-20T12:00:01");
  assertEquals(isoTime("09/20/26 23:00:01 UTC"), "2026-09-20T23:00:01");
  assertEquals([isoTime("S+ 00:43:19"), isoTime("Not Available"), isoTime("")], [undefined, undefined, undefined]);
});

Deno.test("parseChannelAccess() and parseUserList() leave out slots that nobody can log in by", () => {
  const users = [
    { id: 1, ipmiMessaging: true, privilege: "USER" },
    { id: 2, name: "root", ipmiMessaging: true, privilege: "ADMINISTRATOR" },
  ];
  assertEquals<unknown>(whole(parseChannelAccess(fixture("channel-getaccess-1"))), users);
  assertEquals<unknown>(whole(parseUserList(fixture("user-list-1"))), users);

  const enabled = fixture("channel-getaccess-1").replace(/(Enable Status +: )unknown/, "$1disabled")
    .replace(/(User Name +: root\n(?:.*\n){5}Enable Status +: )unknown/, "$1enabled");
  assertEquals<unknown>(whole(parseChannelAccess(enabled)), [{ ...users[1], enabled: true }]);

  const list = "ID  Name\t     Callin  Link Auth\tIPMI Msg   Channel Priv Limit\n" +
    "2   my admin: true   true    false      true       ADMINISTRATOR\n" +
    "3   gone             true    false      false      NO ACCESS\n" +
    "4   (Empty User)     true    false      false      NO ACCESS\n";
  assertEquals<unknown>(whole(parseUserList(list)), [
    { id: 2, name: "my admin: true", ipmiMessaging: true, privilege: "ADMINISTRATOR" },
    { id: 3, name: "gone", ipmiMessaging: false, privilege: "NO ACCESS" },
  ]);
  const oldest = "ID  Name\t     Enabled Callin  Link Auth\tIPMI Msg   Channel Priv Limit\n" +
    "1                    false   true    false      true       ADMINISTRATOR\n" +
    "2   root             true    true    false      true       ADMINISTRATOR\n";
  assertEquals<unknown>(whole(parseUserList(oldest)), [{ ...users[1], enabled: true }]);
  assertThrows(() => parseUserList("IPMI command failed: Insufficient privilege level\n"), ParseError);
});
