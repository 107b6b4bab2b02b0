/** What the tests of the configuration share. */
import { type Config, parseConfig } from "../../../checkin/config/mod.ts";

/** The pattern of a server, shortened. */
export const PATTERN = "(^facter.*$)|(^id$)|(^kernel.*$)|(^.*uptime.*$)|(.*json_str$)";

/** The file as a Hanlon server's cloud-config writes it. */
export const SERVER_FILE = `mk_register_path: /hanlon/api/v1/node/register
mk_uri: http://192.0.2.1:8026
mk_checkin_interval: 60
mk_checkin_path: /hanlon/api/v1/node/checkin
mk_checkin_skew: 5
mk_fact_excl_pattern: ${PATTERN}
mk_log_level: Logger::ERROR
`;

/** The file with the value of one key changed, or without the key. */
export function fileWith(key: string, value: string | undefined): string {
  const others = SERVER_FILE.split("\n").filter((line) => !line.startsWith(`${key}:`)).join("\n");
  return value === undefined ? others : `${others}${key}: ${value}\n`;
}

/** A configuration of `text`. */
export function parse(text: string): Config {
  return parseConfig(text, "mk_conf.yaml");
}
