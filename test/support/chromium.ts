import { chromium, type Browser } from 'playwright-core';

/** How long a page is waited for: long, because the machine may be busy with other things. */
const PATIENCE_MS = 180_000;

/** Starts the machine's Chromium without a window and without background traffic. @throws Error when there is none */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new Error('There is no Chromium on this machine: npm run setup');
  const browser = await chromium.launch({
    executablePath,
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
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  };
  return browser;
}
