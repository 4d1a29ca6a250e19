import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { PROJECT_ROOT } from '../../../src/paths';

const AXE = readFileSync(join(PROJECT_ROOT, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
/** A folder for pictures of every page; left out: none are taken. */
const SHOTS = process.env.PAGE_SHOTS;

interface Look {
  sideways: number;
  small: string[];
  violations: string[];
}
const FINE: Look = { sideways: 0, small: [], violations: [] };

/** Runs in the page; as text, because the tests are compiled without the browser's types. */
const look = (thorough: boolean) => `(async (thorough) => ({
  sideways: document.documentElement.scrollWidth - window.innerWidth,
  small: [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), textarea')]
    .filter((element) => element.className !== 'skip' && element.checkVisibility())
    // A tick is met anywhere on its label.
    .filter((element) => (element.closest('label') ?? element).getBoundingClientRect().height < 24)
    .map((element) => element.outerHTML),
  violations: !thorough ? [] : (await axe.run()).violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')),
}))(${thorough})`;

export type Page = Awaited<ReturnType<Browser['newPage']>>;

/** What axe and a narrow screen say about a page, in both themes at three widths. */
export async function inspect(page: Page, name: string): Promise<void> {
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  await page.evaluate(AXE);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 1024, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      if (SHOTS) {
        await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
      // Contrast follows the theme, order and size the width: axe sees each theme and the two ends of the widths once; all
      // of it with PAGE_SHOTS.
      const thorough = SHOTS !== undefined || width === (colorScheme === 'light' ? 1440 : 360);
      const { sideways, small, violations } = (await page.evaluate(look(thorough))) as Look;
      const where = `${width} ${colorScheme}`;
      expect({ where, sideways: Math.max(0, sideways), small, violations }).toEqual({ where, ...FINE });
    }
  }
}

/** What the browser says: here it tells what the content security policy has refused. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  // What ends because its page is left says nothing of the page: an icon, the stream of changes or a suggestion on its
  // way. What the policy refuses fails by another name.
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(request.url());
  });
  return complaints;
}
