// `npm run build`: programs and workflow bundle, when their sources changed.
import { build } from './lib/build.mjs';
import { setUpPackages } from './lib/setup.mjs';
import { fail } from './lib/say.mjs';

try {
  await setUpPackages();
  await build();
} catch (error) {
  fail(error);
}
