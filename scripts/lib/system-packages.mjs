// What tests need from the operating system. Only `npm run setup`, and the whole `npm test`, which begins with the same
// step, install any of it.
import { lastLines, run, which } from './run.mjs';
import { say, withProgress } from './say.mjs';
import { findChromium, findDovecot, findTestServer } from './servers.mjs';

/** `packages` are those of Debian and Ubuntu. */
const NEEDED = [
  {
    purpose: 'the time-skipping Temporal server of the workflow tests',
    isHere: hasTestServer,
    packages: ['default-jre-headless', 'maven'],
  },
  { purpose: 'browser tests', isHere: () => Boolean(findChromium()), packages: ['chromium', 'fonts-noto-cjk'] },
  {
    purpose: 'tests of mailboxes',
    isHere: () => process.getuid?.() !== 0 || Boolean(findDovecot()),
    packages: ['dovecot-imapd'],
  },
  { purpose: 'suites run as on other days', isHere: () => Boolean(which('faketime')), packages: ['faketime'] },
];

/** Whether the test server is here, or can be fetched and run: Maven fetches it, Java runs it. */
function hasTestServer() {
  return Boolean(findTestServer() || (which('java') && which('mvn')));
}

/** Installs what is missing with `apt-get`, as root on Debian and Ubuntu; elsewhere says what to install by hand. */
export async function installSystemPackages() {
  const missing = NEEDED.filter(({ isHere }) => !isHere());
  for (const { purpose, packages } of missing) say(`Missing for ${purpose}: ${packages.join(', ')}`);
  const packages = missing.flatMap((need) => need.packages);
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0 || !which('apt-get')) {
    say(`Not root, or no apt-get: install them yourself. Debian, Ubuntu: sudo apt-get install ${packages.join(' ')}`);
    return;
  }
  await withProgress(`apt-get install ${packages.join(' ')}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = () =>
      run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { quiet: true, env });
    let result = await install();
    if (result.code !== 0) {
      // A fresh container has no package lists yet: fetch them and try again.
      await run('apt-get', ['update'], { quiet: true, env });
      result = await install();
    }
    if (result.code !== 0) say(`apt-get failed:\n${lastLines(result.output)}`);
  });
}
