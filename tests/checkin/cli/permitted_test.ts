import { assertEquals } from "@std/assert";
import { whyNotPermitted } from "../../../checkin/cli/permitted.ts";

Deno.test("whyNotPermitted() is undefined when the permission is granted", () => {
  assertEquals(whyNotPermitted("/anywhere", "write", () => ({ state: "granted" })), undefined);
});

Deno.test("whyNotPermitted() names the path and the folders when it is not granted", () => {
  const asked: unknown[] = [];
  const query = (descriptor: unknown) => {
    asked.push(descriptor);
    return { state: "prompt" };
  };
  assertEquals(whyNotPermitted("/var/x", "write", query), "/var/x: this program may write in /tmp only");
  assertEquals(
    whyNotPermitted("ca.pem", "read", query),
    "ca.pem: this program may read in /host-proc, /host-sys, /host-dev, /tmp, /etc/hnl_mk only",
  );
  assertEquals(asked, [{ name: "write", path: "/var/x" }, { name: "read", path: "ca.pem" }]);
});

Deno.test("whyNotPermitted() asks Deno when nothing else is given", () => {
  assertEquals(whyNotPermitted("/anywhere", "read"), undefined);
});
