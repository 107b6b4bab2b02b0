/** What can be asked for on the command line: one table, of which the checks, `--help` and the documents are made. */
import { DOCUMENT_FORMATS, FACTS_FORMATS } from "../formats/mod.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../log.ts";

/** Where the server's cloud-config puts the configuration. */
export const DEFAULT_CONFIG_FILE = "/tmp/mk_conf.yaml";

export const MODES = [
  "once",
  "diff",
  "make-spec",
  "explain",
  "dry-run",
  "check-config",
  "status",
  "parse",
  "version",
  "help",
] as const;
export type Mode = (typeof MODES)[number] | "daemon";

/** One option: help, checks, man page and completions are made of this table. */
export interface Option {
  name: string;
  /** The one-letter form. */
  letter?: string;
  /** What the value is called; a switch has none. */
  value?: string;
  /** The only values that it can have, in whatever case. */
  words?: readonly string[];
  /** What is done at the path that it names. */
  access?: "read" | "write";
  /** Whether more values may follow as words of their own. */
  more?: true;
  help: string;
  /** The modes that it goes with; a mode's own switch has none. */
  with?: readonly Mode[];
}

/** What was asked for: the mode, and the values of its options. */
export interface Command {
  mode: Mode;
  values: Partial<Record<string, string>>;
  switches: ReadonlySet<string>;
  /** The values behind the first of the option that takes more. */
  words: readonly string[];
}

export const FORMATS = ["json", "yaml", "table", "attributes", ...DOCUMENT_FORMATS, "csv", "html"] as const;
/** What `--parse` takes; the keys of PARSERS, which are loaded when one is needed. */
export const PARSER_NAMES = [
  ...["dmidecode", "lshw", "lscpu", "lldptool"],
  ...["ipmitool-mc-info", "ipmitool-lan", "ipmitool-lan6", "ipmitool-fru"],
] as const;
const BY_HAND: readonly Mode[] = ["once", "diff", "make-spec", "explain", "dry-run"];
const COLLECTING: readonly Mode[] = ["daemon", ...BY_HAND];
const WITH_SERVER: readonly Mode[] = ["daemon", "once", "dry-run"];

/** Every option, in the order of `--help`. */
export const OPTIONS: readonly Option[] = [
  { name: "once", help: "collect and print; with a configuration also check in and register, once" },
  {
    name: "diff",
    value: "OLD [NEW]",
    access: "read",
    more: true,
    help: "what differs between two recordings or facts files; without NEW: from this machine",
  },
  { name: "make-spec", help: "print a spec that this machine and identical ones match" },
  {
    name: "explain",
    value: "NAME …",
    more: true,
    help: "where facts come from: attributes, memory, disks[], disks[sda].serialNumber",
  },
  { name: "dry-run", help: "collect and print the requests that would be sent; contacts nobody, writes nothing" },
  { name: "check-config", help: "validate the configuration and print what is in force" },
  { name: "status", help: "what the daemon on this machine last did; exit code 0 if it checks in" },
  {
    name: "parse",
    value: "TOOL",
    words: PARSER_NAMES,
    help: "read one output of a tool from stdin, print the typed value as JSON",
  },
  { name: "version", help: "print the version" },
  { name: "help", letter: "h", help: "print this help" },
  {
    name: "format",
    value: "FORMAT",
    words: FORMATS,
    help:
      "json, yaml, table; attributes, as a Hanlon server gets them; ironic, glpi, cyclonedx, metal3: the facts as " +
      "these have them; html: a page with a drawing; csv: of many machines. Other modes take json only, --diff html too",
    with: ["once", "diff", "dry-run", "status", "check-config"],
  },
  {
    name: "output",
    value: "FILE",
    access: "write",
    help: "write what is printed to this file, whole or not at all",
    with: [...BY_HAND, "status", "check-config", "parse"],
  },
  {
    name: "only",
    value: "SECTION,…",
    help: "show these sections alone, and ask only the tools that they need; sources: how all tools answered; " +
      "findings: what is wrong with the machine",
    with: ["once"],
  },
  {
    name: "long",
    help: "the table with one row per disk and DIMM, and serial numbers",
    with: ["once"],
  },
  { name: "raw", help: "add the section raw: what every tool reported, typed", with: ["once"] },
  {
    name: "strict",
    help: "exit 5 when a source is missing, failed or timed out, or a finding is an error",
    with: ["once"],
  },
  { name: "post", value: "URL", help: "deliver the facts to this address, once, and to no other", with: ["once"] },
  {
    name: "post-format",
    value: "FORMAT",
    words: FACTS_FORMATS,
    help: `${FACTS_FORMATS.join(", ")} (default facts)`,
    with: ["once"],
  },
  { name: "obey", help: "carry out a reboot or poweroff that the server commands", with: ["once"] },
  {
    name: "record",
    value: "DIR",
    access: "write",
    help: "write all that is read from this machine to a new folder",
    with: ["once"],
  },
  {
    name: "replay",
    value: "PATH …",
    access: "read",
    more: true,
    help:
      "read a recording (a folder) instead of this machine; contacts nobody but --post. --once takes several, and " +
      "facts files, folders and tar archives of both",
    with: ["once", "make-spec", "explain", "dry-run"],
  },
  {
    name: "spec",
    value: "PATH",
    access: "read",
    help: "compare with a spec, or the first of a folder that is for the machine; exit 7 if it deviates",
    with: ["once"],
  },
  {
    name: "with-cabling",
    help: "keep the switch ports in the spec",
    with: ["make-spec"],
  },
  { name: "list", help: "print every name that --explain knows", with: ["explain"] },
  { name: "lldp", value: "SECONDS", help: "if no lldpad runs: start one and listen that long", with: BY_HAND },
  {
    name: "timeout",
    value: "SECONDS",
    help: "limit for a whole collection (default 60); --lldp comes on top",
    with: COLLECTING,
  },
  { name: "include-secrets", help: "keep the BMC's SNMP community, and secrets on the kernel line", with: COLLECTING },
  {
    name: "proc",
    value: "DIR",
    access: "read",
    help: "the host's /proc (default /host-proc where it is mounted)",
    with: [...COLLECTING, "check-config"],
  },
  {
    name: "sys",
    value: "DIR",
    access: "read",
    help: "the host's /sys (default /host-sys where it is mounted)",
    with: COLLECTING,
  },
  {
    name: "dev",
    value: "DIR",
    access: "read",
    help: "the host's /dev (default /host-dev where it is mounted)",
    with: COLLECTING,
  },
  {
    name: "os-release",
    value: "FILE",
    access: "read",
    help: "the host's os-release, in a container",
    with: COLLECTING,
  },
  {
    name: "config",
    value: "FILE",
    access: "read",
    help: `the configuration (default ${DEFAULT_CONFIG_FILE})`,
    with: [...WITH_SERVER, "explain", "check-config"],
  },
  { name: "server", value: "URL", help: "a server instead of a configuration", with: [...WITH_SERVER, "check-config"] },
  {
    name: "state-dir",
    value: "DIR",
    access: "write",
    help: "state that survives a restart, and the host's command channel (default /tmp)",
    with: [...WITH_SERVER, "status"],
  },
  {
    name: "log-level",
    value: "LEVEL",
    words: LOG_LEVELS,
    help: `${LOG_LEVELS.join(", ")} (default: the configuration's)`,
    with: WITH_SERVER,
  },
  {
    name: "log-format",
    value: "FORMAT",
    words: LOG_FORMATS,
    help: "text or json; the log goes to stderr",
    with: WITH_SERVER,
  },
];
