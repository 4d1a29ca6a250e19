import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

/** How long a page is waited for: long, because the machine may be busy with other things. */
const PATIENCE_MS = 180_000;

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function pathOrThrow(): string {
  const path = process.env.CHROMIUM_PATH;
  if (!path) throw new Error('There is no Chromium on this machine: npm run setup');
  return path;
}

/**
 * Starts a Chromium that treats frames of other sites as browsers do: it takes no cookies of them and keeps their storage
 * apart, which the tests' driver otherwise has it not do.
 * @param folder an empty one, for its profile
 * @param keeps `nothing`: no site may keep anything, also not in its own pages
 * @throws Error when there is no Chromium
 */
export async function launchBlockingChromium(
  folder: string,
  keeps: 'own' | 'nothing' = 'own',
): Promise<BrowserContext> {
  const profile = {
    cookie_controls_mode: 1,
    block_third_party_cookies: true,
    ...(keeps === 'nothing' && { default_content_setting_values: { cookies: 2 } }),
  };
  await mkdir(join(folder, 'Default'), { recursive: true });
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify({ profile }));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: pathOrThrow(),
    // The last of these counts: without ThirdPartyStoragePartitioning among them, storage is kept apart.
    args: [...ARGS, '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,PaintHolding,Translate'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** Starts the machine's Chromium without a window and without background traffic. @throws Error when there is none */
export async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: pathOrThrow(), args: ARGS });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  };
  return browser;
}
