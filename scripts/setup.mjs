// `npm run setup`: everything that `npm start` and all tests need on this machine, once. As root on Debian and Ubuntu
// it also installs the system packages that tests use. `npm start` and the whole `npm test` begin with the same step.
import { fail, say } from './lib/say.mjs';
import { setUpPackages, setUpTests } from './lib/setup.mjs';

try {
  await setUpPackages();
  await setUpTests();
  say('Set up: npm start, npm test');
} catch (error) {
  fail(error);
}
