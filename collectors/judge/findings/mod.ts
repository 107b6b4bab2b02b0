/** What is wrong with a machine whatever it should be: the list of the rules, and what they find. */
import type { Facts } from "../../facts/mod.ts";
import { byName } from "../../values.ts";
import { bmcAddress } from "./bmc_address.ts";
import { bmcGuid } from "./bmc_guid.ts";
import { bmcMissing } from "./bmc_missing.ts";
import { bmcUsers } from "./bmc_users.ts";
import { chassisFaults } from "./chassis_faults.ts";
import { clockWrong } from "./clock_wrong.ts";
import { dimmChannels } from "./dimm_channels.ts";
import { dimmMixed } from "./dimm_mixed.ts";
import { dimmSize } from "./dimm_size.ts";
import { dimmSpeed } from "./dimm_speed.ts";
import { diskReadOnly } from "./disk_read_only.ts";
import { diskSize } from "./disk_size.ts";
import { ecc } from "./ecc.ts";
import { type Finding, LEVELS, type Rule } from "./finding.ts";
import { identityUuid } from "./identity_uuid.ts";
import { machineCheck } from "./machine_check.ts";
import { memoryUsable } from "./memory_usable.ts";
import { nicSharedMac } from "./nic_shared_mac.ts";
import { nicSpeed } from "./nic_speed.ts";
import { pcieLink } from "./pcie_link.ts";
import { powerSupply } from "./power_supply.ts";
import { secureBoot } from "./secure_boot.ts";

export { type Evidence, type Finding, type Level, LEVELS } from "./finding.ts";

/** Every rule, in the order of the facts. */
const RULES: readonly Rule[] = [
  identityUuid,
  clockWrong,
  secureBoot,
  dimmSize,
  dimmChannels,
  dimmMixed,
  dimmSpeed,
  memoryUsable,
  ecc,
  machineCheck,
  pcieLink,
  diskReadOnly,
  diskSize,
  nicSpeed,
  nicSharedMac,
  powerSupply,
  bmcMissing,
  bmcAddress,
  bmcGuid,
  bmcUsers,
  chassisFaults,
];

/** No machine is worth more: what is wrong with all of its parts is wrong with it. */
const MOST_FINDINGS = 200;

/**
 * What is wrong with a machine, the gravest first. `before` are the facts of an earlier collection, where there are any:
 * some rules look at what grows.
 */
export function findings(facts: Facts, before?: Facts): Finding[] {
  return RULES.flatMap((rule) => [...rule(facts, before)])
    .sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || byName(a.path, b.path))
    .slice(0, MOST_FINDINGS);
}
