// The order of the suites. Those of the whole product mostly wait, for minutes: started last, one of them would run on
// alone after all others. Apart from that jest's order.
import Sequencer from '@jest/test-sequencer';

const long = ({ path }) => path.includes('/test/e2e/');

export default class LongFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(long), ...sorted.filter((test) => !long(test))];
  }
}
