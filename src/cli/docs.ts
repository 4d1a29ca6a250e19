/**
 * `npm run docs`: writes the references in `docs/` that are made from the code.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../paths';
import { addressesPage } from './docs/addresses';
import { configurationPage } from './docs/configuration';
import { decisionsPage } from './docs/decisions';
import { mailsPage } from './docs/mails';
import { pathOf, TONGUES } from './docs/markdown';

const PAGES = {
  configuration: configurationPage,
  decisions: decisionsPage,
  addresses: addressesPage,
  mails: mailsPage,
};

/**
 * The text of each reference, by its path in the project. `test/runtime/references.test.ts` compares them with the
 * files, so a reference that was not written again fails the tests.
 */
export const references = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(PAGES).flatMap(([name, write]) => TONGUES.map((tongue) => [pathOf(name, tongue), write(tongue)])),
  );

if (require.main === module) {
  for (const [path, text] of references()) writeFileSync(join(PROJECT_ROOT, path), text);
}
