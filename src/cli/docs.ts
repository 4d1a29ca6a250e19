import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../paths';
import { addressesPage } from './docs/addresses';
import { configurationPage } from './docs/configuration';
import { decisionsPage } from './docs/decisions';
import { pathOf, TONGUES } from './docs/markdown';

const PAGES = { configuration: configurationPage, decisions: decisionsPage, addresses: addressesPage };

/** The references that are made from the code, by their path in the project. A test compares them with what is there. */
export const references = (): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(PAGES).flatMap(([name, write]) => TONGUES.map((tongue) => [pathOf(name, tongue), write(tongue)])),
  );

if (require.main === module) {
  for (const [path, text] of references()) writeFileSync(join(PROJECT_ROOT, path), text);
}
