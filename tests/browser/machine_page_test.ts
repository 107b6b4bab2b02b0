/** The pages of machines, as a browser shows them. With HNL_MK_SCREENSHOTS=DIR pictures of them are written there. */
import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { Facts } from "../../collectors/facts/mod.ts";
import { changes } from "../../collectors/judge/diff.ts";
import { fleetPage } from "../../collectors/show/page/fleet.ts";
import { machinePage } from "../../collectors/show/page/mod.ts";
import { CORPUS } from "../corpus/corpus.ts";
import { ignore, type Tab, withTab } from "./chromium.ts";
import { hostileFacts } from "./hostile.ts";
import { corpusMachines, type Machine, recordedMachines } from "./machines.ts";

/** For a mail or a ticket. */
const MOST_BYTES = 300_000;
const WIDTHS = [360, 1280];

// Puppeteer's child process and timers are its own.
const sanitizers = { sanitizeOps: false, sanitizeResources: false };

/** Holds what a page promises, at each width. */
async function look(tab: Tab, name: string, html: string, widths = WIDTHS): Promise<void> {
  for (const width of widths) {
    await tab.open(html, width);
    assertEquals(await tab.overflow(), 0, `${name} at ${width} px`);
    await tab.picture(`${name}-${width}`);
  }
  assertEquals(await tab.violations(), [], name);
}

Deno.test({ name: "pages of the recordings fit, have no error and no barrier", ignore, ...sanitizers }, async () => {
  await withTab(async (tab) => {
    for (const { name, facts } of await recordedMachines()) {
      const html = await machinePage(facts);
      assertLess(new TextEncoder().encode(html).length, MOST_BYTES, name);
      await look(tab, name, html, [...WIDTHS, 2560]);
      await tab.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
      await look(tab, `${name}-dark`, html, [1280]);
      await tab.page.emulateMediaFeatures([]);
    }
  });
});

const machines = ignore ? [] : corpusMachines();
const isWithoutCorpus = ignore || machines.length === 0;
if (!ignore && machines.length === 0) console.log(`skipped: no corpus at ${CORPUS}`);

Deno.test(
  { name: "pages of machines of the corpus fit, have no error and no barrier", ignore: isWithoutCorpus, ...sanitizers },
  async () => {
    assertGreater(machines.length, 19);
    await withTab(async (tab) => {
      for (const { name, facts } of machines) {
        const html = await machinePage(facts);
        assertLess(new TextEncoder().encode(html).length, MOST_BYTES, name);
        await look(tab, name, html);
      }
    });
  },
);

Deno.test({ name: "the page of a hostile machine has its words as text", ignore, ...sanitizers }, async () => {
  await withTab(async (tab) => {
    for (const { name, facts } of await recordedMachines()) {
      const hostile = hostileFacts(facts);
      const html = await machinePage(hostile, { facts: hostileFacts(facts), changes: changes(facts, hostile) });
      await look(tab, `${name}-hostile`, html);
      const [hacked, foreign, handlers, scripts, text] = await tab.page.evaluate(`[
        typeof hacked,
        document.querySelectorAll("img, iframe, object, embed, form, b:not(.level), svg svg").length,
        [...document.querySelectorAll("*")].filter((one) => one.getAttributeNames().some((name) => name.startsWith("on"))).length,
        document.scripts.length,
        document.body.textContent,
      ]`) as [string, number, number, number, string];
      assertEquals({ hacked, foreign, handlers, scripts }, {
        hacked: "undefined",
        foreign: 0,
        handlers: 0,
        scripts: 1,
      });
      assert(text.includes(`<script>hacked=1</script>`), name);
      assertEquals(["\u0000", "\u0007", "\u001b", "\u202e"].filter((character) => text.includes(character)), [], name);
    }
  });
});

Deno.test({ name: "a heading sorts its table, by numbers where it has them", ignore, ...sanitizers }, async () => {
  const wide = (await recordedMachines()).find(({ name }) => name === "wide") as Machine;
  await withTab(async (tab) => {
    await tab.open(await machinePage(wide.facts), 1280);
    const sorted = await tab.page.evaluate(`(() => {
      const table = document.querySelector("#m-disks").closest("section").querySelector("table");
      const head = [...table.tHead.rows[0].cells].find((cell) => cell.textContent === "Size");
      const sizes = () => [...table.tBodies[0].rows].map((row) => Number(row.cells[head.cellIndex].dataset.n));
      const press = () => { head.querySelector("button").click(); return [head.ariaSort, sizes()]; };
      return [press(), press()];
    })()`) as [string, number[]][];
    const up = wide.facts.disks!.map(({ sizeBytes }) => sizeBytes!).sort((a, b) => a - b);
    assertEquals(sorted, [["ascending", up], ["descending", up.toReversed()]]);
  });
});

Deno.test({ name: "on A4 the wide drawing is printed, in light colours", ignore, ...sanitizers }, async () => {
  const { facts } = (await recordedMachines()).find(({ name }) => name === "dell") as Machine;
  await withTab(async (tab) => {
    // Of Puppeteer's two functions for it the later call undoes the earlier one.
    const client = await tab.page.createCDPSession();
    const features = [{ name: "prefers-color-scheme", value: "dark" }];
    await client.send("Emulation.setEmulatedMedia", { media: "print", features });
    // 210 mm without the margins.
    await tab.open(await machinePage(facts), 703);
    assertEquals(await tab.overflow(), 0);
    const shown = await tab.page.evaluate(`[
      ...["svg.wide", "svg.narrow"].map((one) => getComputedStyle(document.querySelector(one)).display),
      getComputedStyle(document.body).backgroundColor,
    ]`);
    assertEquals(shown, ["block", "none", "rgb(255, 255, 255)"]);
    await tab.picture("dell-a4");
  });
});

Deno.test({ name: "several machines have a line and a section each", ignore, ...sanitizers }, async () => {
  const recorded = await recordedMachines();
  await withTab(async (tab) => {
    await look(tab, "fleet", await fleetPage(recorded));
    const [chips, first, said] = await tab.page.evaluate(`[
      document.querySelector("header .chips").innerText,
      document.querySelector("table tbody tr").innerText,
      [...document.querySelectorAll(".says")].map((one) => one.getBoundingClientRect().right <= one.closest(".scroll").getBoundingClientRect().right),
    ]`) as [string, string, boolean[]];
    assertEquals(chips, "none with errors\n3 with warnings");
    assert(first.includes("warning") && first.includes("the kernel can use 1.9 GiB of 64 GiB of memory"), first);
    // What is wrong is seen without a scroll.
    assertEquals(said, [true, true, true]);
    const [targets, titles] = await tab.page.evaluate(`[
      [...document.querySelectorAll("#all-machines")].concat([...document.querySelectorAll("main > section td a, main > section th a")])
        .slice(1).map((link) => document.querySelector(link.getAttribute("href")) !== null),
      document.querySelectorAll("article.machine").length,
    ]`) as [boolean[], number];
    assertEquals(targets, recorded.map(() => true));
    assertEquals(titles, recorded.length);
  });
});

Deno.test({ name: "what came, went and moved is marked", ignore, ...sanitizers }, async () => {
  const { facts } = (await recordedMachines()).find(({ name }) => name === "dell") as Machine;
  const [first, second, ...others] = facts.disks!;
  const after: Facts = {
    ...facts,
    disks: [
      { ...first!, serialNumber: second!.serialNumber! },
      { ...second!, serialNumber: first!.serialNumber! },
      ...others.slice(1),
    ],
    nics: [...facts.nics!, { name: "eth9", physical: true }],
  };
  await withTab(async (tab) => {
    await look(tab, "diff", await machinePage(after, { facts, changes: changes(facts, after) }));
    const row = (id: string) => tab.page.evaluate(`document.getElementById(${JSON.stringify(id)})?.className`);
    assertEquals(await row(`m-disks_${first!.name}_`), "moved");
    assertEquals(await row(`m-disks_${others[0]!.name}_`), "went");
    assertEquals(await row("m-nics_eth9_"), "came");
  });
});
