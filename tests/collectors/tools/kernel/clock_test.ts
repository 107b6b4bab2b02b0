import { assertEquals } from "@std/assert";
import { systemTime } from "../../../../collectors/tools/kernel/clock.ts";
import { hostFsOf } from "./tree.ts";

Deno.test("hostfsCollector tells the clock source, and how far the RTC is from the system's time", async () => {
  const clockAt = async (sinceEpoch: string) =>
    (await hostFsOf({
      "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc",
      "sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc hpet acpi_pm ",
      "sys/class/rtc/rtc0/name": "rtc_cmos rtc_cmos",
      "sys/class/rtc/rtc0/hctosys": "1",
      "sys/class/rtc/rtc0/since_epoch": sinceEpoch,
      "proc/stat": "cpu  1 2 3\nintr 1 2 3\nbtime 1795810935\nprocesses 12",
      "proc/uptime": "6234.93 1685.00",
    })).clock;
  assertEquals(await clockAt("1795817169"), {
    source: "tsc",
    availableSources: ["tsc", "hpet", "acpi_pm"],
    rtc: "rtc_cmos rtc_cmos",
    rtcSetsSystemTime: true,
    rtcOffsetSeconds: 0,
  });
  assertEquals((await clockAt("1795824369"))?.rtcOffsetSeconds, 7200);
  assertEquals((await clockAt("946684800"))?.rtcOffsetSeconds, 946684800 - 1795817169);
  assertEquals((await clockAt("broken"))?.rtcOffsetSeconds, undefined);
});

Deno.test("hostfsCollector tells no clock where there is none", async () => {
  assertEquals((await hostFsOf({ "proc/uptime": "1.00 1.00" })).clock, undefined);
});

Deno.test("systemTime() agrees with this machine's clock", () => {
  const told = systemTime(Deno.readTextFileSync("/proc/stat"), Deno.readTextFileSync("/proc/uptime"))!;
  assertEquals(Math.abs(told - Date.now() / 1000) < 2, true, `${told}`);
  assertEquals([systemTime("", "1.0 2.0"), systemTime("btime 12\n", "")], [undefined, undefined]);
});
