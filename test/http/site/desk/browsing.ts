import type { Browser, BrowserContext } from 'playwright-core';
import type { Language } from '../../../../src/domain/basics/types';
import { PASSWORD, type Desk } from './support';

/** A browser in which somebody of the harness's staff has signed in by the form. Their account is made where there is none. */
export async function browsing(
  { desk, browser }: { desk: Desk; browser: Browser },
  userId: string,
  language: Language = 'zh-CN',
): Promise<BrowserContext> {
  await desk.signedIn(userId);
  const context = await browser.newContext({ locale: language });
  await context.addCookies([{ name: 'redress-look', value: `${language}.`, url: desk.base }]);
  const page = await context.newPage();
  await page.goto(`${desk.base}/desk`);
  await page.fill('#name', `${userId}.name`);
  await page.fill('#password', PASSWORD);
  await page.press('#password', 'Enter');
  await page.waitForURL(`${desk.base}/desk`);
  await page.close();
  return context;
}
