// `npm run build`: programs and workflow bundle, when their sources changed.
import { build } from './lib/build.mjs';
import { checkNode, ensurePackages } from './lib/packages.mjs';
import { fail } from './lib/say.mjs';

try {
  checkNode();
  await ensurePackages();
  await build();
} catch (error) {
  fail(error);
}
