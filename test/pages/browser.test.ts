import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import type { Language } from '../../src/domain/types';
import { PROJECT_ROOT } from '../../src/paths';
import {
  CASE_NO,
  CODE,
  fakeCases,
  offer,
  progressView,
  proposalView,
  resultText,
  surveyView,
  TOKEN,
} from './fake-cases';
import { serve } from './serve';

/** Real pages in a real browser: what axe and a narrow screen say about each, in both languages and both themes. */
const AXE = readFileSync(join(PROJECT_ROOT, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const SHOTS = process.env.PAGE_SHOTS;

const PAGES: [name: string, path: string, given: (language: Language) => Parameters<typeof fakeCases>[0]][] = [
  ['find', '/p', () => ({})],
  ['unknown', `/a/${'b'.repeat(43)}`, () => ({})],
  [
    'progress-offer',
    `/p/${CASE_NO}?code=${CODE}`,
    (language) => ({
      progress: progressView('resolve', {
        offer: offer(language),
        respondedAt: '2026-11-22T09:38:00.000Z',
        resolveBy: '2026-11-26T12:00:00.000Z',
        chase: { left: 2 },
      }),
    }),
  ],
  [
    'progress-looking',
    `/p/${CASE_NO}?code=${CODE}&done=chase`,
    () => ({
      progress: progressView('resolve', {
        answerBy: '2026-11-25T08:08:00.000Z',
        resolveBy: '2026-11-26T12:00:00.000Z',
        chase: { left: 1, nextAt: '2026-11-25T07:10:00.000Z' },
      }),
    }),
  ],
  [
    'progress-done',
    `/p/${CASE_NO}?code=${CODE}`,
    (language) => ({
      progress: progressView('archived', {
        outcome: 'upheld',
        result: resultText(language),
        reopen: { until: '2026-12-10T01:00:00.000Z' },
      }),
    }),
  ],
  [
    'progress-feedback',
    `/p/${CASE_NO}?code=${CODE}`,
    (language) => ({
      progress: progressView('feedback', {
        outcome: 'upheld',
        result: resultText(language),
        survey: { token: TOKEN, until: '2026-12-01T06:00:00.000Z' },
        revisitBy: '2026-12-01T06:00:00.000Z',
        chase: { left: 0 },
        reopen: {},
      }),
    }),
  ],
  ['proposal', `/a/${TOKEN}`, (language) => ({ proposal: proposalView('open', language) })],
  ['proposal-decline', `/a/${TOKEN}?decline=1`, (language) => ({ proposal: proposalView('open', language) })],
  ['proposal-accepted', `/a/${TOKEN}`, (language) => ({ proposal: proposalView('accepted', language) })],
  ['survey', `/s/${TOKEN}`, (language) => ({ survey: surveyView('open', language) })],
  ['survey-answered', `/s/${TOKEN}`, (language) => ({ survey: surveyView('answered', language) })],
];

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
    .filter((element) => element.getBoundingClientRect().height < 24)
    .map((element) => element.outerHTML),
  violations: !thorough ? [] : (await axe.run()).violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' ')),
}))(${thorough})`;

let browser: Browser;
beforeAll(async () => {
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});
afterAll(() => browser.close());

describe.each(PAGES)('%s', (name, path, given) => {
  test.each(['zh-CN', 'en'] as const)('%s: accessible, no sideways scroll, no script needed', async (language) => {
    const served = await serve(fakeCases(given(language)).cases);
    try {
      const context = await browser.newContext();
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('requestfailed', (request) => complaints.push(request.url()));
      await page.goto(`${served.url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      await page.evaluate(AXE);
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [1440, 360]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          if (SHOTS) {
            await page.screenshot({
              path: join(SHOTS, `${name}-${language}-${width}-${colorScheme}.png`),
              fullPage: true,
            });
          }
          // Contrast follows the theme, order and size the width: each is seen by axe once; all of it with PAGE_SHOTS.
          const thorough = SHOTS !== undefined || (colorScheme === 'light') === (width === 1440);
          const { sideways, small, violations } = (await page.evaluate(look(thorough))) as Look;
          const where = `${width} ${colorScheme}`;
          expect({ where, sideways: Math.max(0, sideways), small, violations }).toEqual({ where, ...FINE });
        }
      }
      // The browser says here what the content security policy has refused.
      expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
      await context.close();
    } finally {
      await served.close();
    }
  });
});
