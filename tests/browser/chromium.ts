/** Debian's Chromium, headless, for tests of pages. It is driven by Puppeteer; nothing of it reaches the network. */
import { launch } from "puppeteer-core";
import type { Page } from "puppeteer-core";
import axe from "axe-core";
import { join } from "@std/path";

/** Where Linux distributions put it. */
const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

const executablePath = PATHS.find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

/** Whether tests that need it are left out; why is said once. */
export const ignore = executablePath === undefined;
if (ignore) console.log(`skipped: no Chromium at ${PATHS.join(" or ")}`);

/** Where pictures are written for a person to look at; nowhere without it. */
const SCREENSHOTS = Deno.env.get("HNL_MK_SCREENSHOTS");

/** A tab, and what a person sees of the page in it. */
export interface Tab {
  page: Page;
  /** Opens an HTML text as a file, at a width in CSS pixels; throws where the console has an error. */
  open(html: string, width: number): Promise<void>;
  /** How far the page is wider than the window, in CSS pixels. */
  overflow(): Promise<number>;
  /** What axe-core finds that is serious or critical, a line each. */
  violations(): Promise<string[]>;
  /** A picture of the whole page, where HNL_MK_SCREENSHOTS names a folder. */
  picture(name: string): Promise<void>;
}

/** Runs `use` with a tab of a browser of its own, which is gone afterwards. */
export async function withTab(use: (tab: Tab) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const browser = await launch({
    executablePath: executablePath!,
    userDataDir: join(folder, "profile"),
    args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"],
  });
  try {
    await use(await tabOf(await browser.newPage(), join(folder, "page.html")));
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}

function tabOf(page: Page, file: string): Tab {
  let errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warn") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|data):/.test(request.url())) errors.push(`request of ${request.url()}`);
  });
  return {
    page,
    async open(html, width) {
      errors = [];
      await Deno.writeTextFile(file, html);
      await page.setViewport({ width, height: 900 });
      await page.goto(`file://${file}`);
      if (errors.length > 0) throw new Error(errors.join("\n"));
    },
    overflow: () => page.evaluate("document.documentElement.scrollWidth - innerWidth") as Promise<number>,
    async violations() {
      // As the browser's own tools do it, so that the page's policy stays in force.
      await page.evaluate(axe.source);
      const found = await page.evaluate(`axe.run({ resultTypes: ["violations"] })`) as axe.AxeResults;
      return found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) =>
          nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)
        );
    },
    async picture(name) {
      if (SCREENSHOTS === undefined) return;
      await Deno.mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
    },
  };
}
