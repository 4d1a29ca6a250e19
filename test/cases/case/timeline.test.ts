import { withoutUnseen } from '../../../src/cases/case/timeline';
import type { EventBody } from '../../../src/domain/case/events';

const [SEEN, UNSEEN] = ['C261122-7KQ4MX', 'C261122-9DFT2R'];
const seen = new Set([SEEN]);
const of = (type: string, data: object): EventBody => ({ type, data }) as EventBody;

describe('an entry that names other cases', () => {
  test('names those alone that the reader may see', () => {
    expect(withoutUnseen(of('repeatFound', { of: [SEEN, UNSEEN] }), seen)).toEqual({ of: [SEEN] });
    expect(withoutUnseen(of('merged', { into: UNSEEN, why: 'x' }), seen)).toEqual({ why: 'x' });
    expect(withoutUnseen(of('absorbed', { from: UNSEEN }), seen)).toEqual({});
  });

  test('stays as it is where they may see all of them', () => {
    for (const item of [
      of('repeatFound', { of: [SEEN] }),
      of('merged', { into: SEEN }),
      of('absorbed', { from: SEEN }),
    ]) {
      expect(withoutUnseen(item, seen)).toEqual(item.data);
    }
  });
});
