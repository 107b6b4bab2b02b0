/**
 * ipmitool channel getaccess, user list: the accounts of a channel (ipmitool's lib/ipmi_channel.c, lib/ipmi_user.c; IPMI
 * 2.0, 22.27 Get User Access, 22.29 Get User Name). There is no password in them, and no command that reads one.
 */
import type { BmcUser } from "./types.ts";
import { type Parsed, ParseError, splitLines, type UnparsedLine } from "../parsing.ts";
import { prune } from "../../values.ts";
import { readRows, type Row } from "./rows.ts";

const USER_LIST = "ipmitool user list";
/** IPMI has 63 users, and a heading. */
const MOST_LINES = 100;
const USER_ID = "User ID";

/**
 * Reads `ipmitool channel getaccess N`, which tells of every user. Throws `ParseError` where it tells of none.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseChannelAccess(`User ID              : 2
 * User Name            : root
 * IPMI Messaging       : enabled
 * Privilege Level      : ADMINISTRATOR
 * Enable Status        : enabled
 * `);
 * deepStrictEqual(value, [
 *   { id: 2, name: "root", enabled: true, ipmiMessaging: true, privilege: "ADMINISTRATOR" },
 * ]);
 * ```
 */
export function parseChannelAccess(text: string): Parsed<BmcUser[]> {
  const { rows, unparsed } = readRows("ipmitool channel getaccess", text, new Set([USER_ID]));
  const users: Row[][] = [];
  for (const row of rows) {
    if (row.name === USER_ID) users.push([row]);
    else users.at(-1)?.push(row);
  }
  const value = users.flatMap((rows) => {
    const get = (name: string) => rows.find((row) => row.name === name)?.value ?? "";
    return userOf(
      Number(get(USER_ID)),
      get("User Name"),
      get("Privilege Level"),
      switched(get("IPMI Messaging")),
      switched(get("Enable Status")),
    );
  });
  return { value, unparsed };
}

function switched(text: string): boolean | undefined {
  return text === "enabled" ? true : text === "disabled" ? false : undefined;
}

/** Number, name of 16 characters that may hold blanks, callin, link, IPMI messages, privilege. */
const USER = /^(\d{1,2})\s+(?:(\S.{0,31}?)\s+)?((?:(?:true|false)\s+){3})((?!true|false)\S.*)$/;
/** The oldest versions have a column "Enabled" before these. */
const OLD_USER = /^(\d{1,2})\s+(?:(\S.{0,31}?)\s+)?((?:(?:true|false)\s+){4})((?!true|false)\S.*)$/;

/**
 * Reads `ipmitool user list N`, which does not tell which accounts are enabled (its oldest versions do). Throws
 * `ParseError` where there is text without any user; an empty output holds none.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseUserList(`ID  Name             Callin  Link Auth  IPMI Msg   Channel Priv Limit
 * 1                    true    false      false      NO ACCESS
 * 2   root             true    false      true       ADMINISTRATOR
 * `);
 * deepStrictEqual(value, [{ id: 2, name: "root", ipmiMessaging: true, privilege: "ADMINISTRATOR" }]);
 * ```
 */
export function parseUserList(text: string): Parsed<BmcUser[]> {
  const value: BmcUser[] = [];
  const unparsed: UnparsedLine[] = [];
  let isKnown = false;
  let hasEnabled = false;
  splitLines(text, USER_LIST, MOST_LINES).forEach((line, i) => {
    const trimmed = line.trim();
    if (trimmed === "") return;
    if (/^ID\s+Name\s/.test(trimmed)) {
      isKnown = true;
      hasEnabled = /\sEnabled\s/.test(trimmed);
      return;
    }
    const [, id, name = "", flags = "", privilege = ""] = (hasEnabled ? OLD_USER : USER).exec(trimmed) ?? [];
    if (id === undefined) return void unparsed.push({ line: i + 1, text: line });
    isKnown = true;
    const told = flags.trim().split(/\s+/).map((flag) => flag === "true");
    value.push(...userOf(Number(id), name, privilege, told.at(-1), hasEnabled ? told[0] : undefined));
  });
  if (!isKnown && unparsed.length > 0) {
    const { line, text: found } = unparsed[0]!;
    throw new ParseError(USER_LIST, line, found, 'a line such as "2   root   true    false      true       USER"');
  }
  return { value, unparsed };
}

/** The user; none of a slot that is free. */
function userOf(
  id: number,
  nameGiven: string,
  privilegeGiven: string,
  ipmiMessaging: boolean | undefined,
  enabled: boolean | undefined,
): BmcUser[] {
  if (!Number.isInteger(id)) return [];
  const name = nameGiven === "" || nameGiven === "(Empty User)" ? undefined : nameGiven;
  const privilege = privilegeGiven === "" || privilegeGiven.startsWith("Unknown (") ? undefined : privilegeGiven;
  const mayLogIn = privilege !== undefined && privilege !== "NO ACCESS" && ipmiMessaging !== false && enabled !== false;
  return name === undefined && !mayLogIn ? [] : [prune<BmcUser>({ id, name, enabled, ipmiMessaging, privilege })];
}
