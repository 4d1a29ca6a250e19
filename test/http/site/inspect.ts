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

/** A theme and a width in which a page is looked at. */
type Layout = [theme: 'light' | 'dark', width: number];
const ALL: readonly Layout[] = [1440, 1024, 360].flatMap((width): Layout[] => [
  ['light', width],
  ['dark', width],
]);
/** Contrast follows the theme, order and size the width: axe sees each theme, and the two ends of the widths, once. */
const BY_AXE: Readonly<Record<'light' | 'dark', Layout>> = { light: ['light', 1440], dark: ['dark', 360] };

/**
 * What axe and a narrow screen say about a page at three widths; with PAGE_SHOTS in both themes at each of them, and by axe
 * in all. @param theme of a page that is inspected in both languages: in which axe sees it this time; left out: in both
 */
export async function inspect(page: Page, name: string, theme?: 'light' | 'dark'): Promise<void> {
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  await page.evaluate(AXE);
  const byAxe = theme ? [BY_AXE[theme]] : Object.values(BY_AXE);
  const others = [1440, 1024, 360].filter((width) => !byAxe.some((layout) => layout[1] === width));
  const layouts = SHOTS ? ALL : [...byAxe, ...others.map((width): Layout => [theme ?? 'light', width])];
  for (const [colorScheme, width] of layouts) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    if (SHOTS) {
      await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    const isByAxe = SHOTS !== undefined || byAxe.some(([by, at]) => by === colorScheme && at === width);
    const { sideways, small, violations } = (await page.evaluate(look(isByAxe))) as Look;
    const where = `${width} ${colorScheme}`;
    expect({ where, sideways: Math.max(0, sideways), small, violations }).toEqual({ where, ...FINE });
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
