import { itemPath } from "../../facts/path.ts";
import type { Rule } from "./finding.ts";

/** Names that makers ship BMCs with: Supermicro and AMI, Dell, HPE, Lenovo and IBM, Oracle, Intel, Quanta, Fujitsu. */
const FACTORY_NAMES = new Set(["ADMIN", "root", "Administrator", "USERID", "sysadmin", "admin"]);

/**
 * Users of the BMC who have the name that the factory gave (ipmitool user list). By the name only: passwords cannot be
 * read, so it cannot know whether the factory's one still works.
 */
export const bmcUsers: Rule = function* ({ bmc }) {
  const { users = [] } = bmc ?? {};
  const factory = users.filter(({ name, enabled }) => enabled !== false && FACTORY_NAMES.has(name ?? ""));
  if (factory.length === 0) return;
  yield {
    id: "bmc-factory-users",
    level: "info",
    path: "bmc.users",
    message: `the BMC has the factory's ${factory.length === 1 ? "user" : "users"} ${
      factory.map(({ name }) => name).join(", ")
    }`,
    evidence: factory.map(({ name }) => ({ path: `${itemPath("bmc.users", name!)}.name`, value: name! })),
  };
};
