import { z } from 'zod';
import { sha256 } from '../../../src/cases/access/links';
import { takeTexts, textIdOf, withTexts } from '../../../src/cases/case/texts';
import { textRefs } from '../../../src/domain/basics/text-refs';

const place = { caseNo: 'C250101-AAAAAA', decisionId: 'd-000001', decision: 'recordRootCause' };

describe('free texts', () => {
  test('leave references behind, and come back in their place', () => {
    const input = { cause: 'design', whys: ['one', 'two'], note: undefined };
    const { input: wire, texts } = takeTexts(input, ['whys', 'note'], place);
    expect(JSON.stringify(wire)).not.toMatch(/one|two/);
    expect(texts.map((text) => [text.kind, text.body, text.sha256])).toEqual([
      ['recordRootCause.whys', 'one', sha256('one')],
      ['recordRootCause.whys', 'two', sha256('two')],
    ]);
    expect(textRefs(wire)).toEqual(texts.map((text) => text.textId));
    const bodies = new Map(texts.map((text) => [text.textId, text]));
    expect(withTexts(wire, bodies)).toEqual(input);
    expect(withTexts(wire, new Map())).toEqual({ ...input, whys: [null, null] });
  });

  test('have ids that follow from where they stand, so that a repeat stores nothing twice', () => {
    const once = takeTexts({ reason: 'x' }, ['reason'], place);
    expect(takeTexts({ reason: 'x' }, ['reason'], place)).toEqual(once);
    const elsewhere = [
      takeTexts({ reason: 'x' }, ['reason'], { ...place, decisionId: 'd-000002' }),
      takeTexts({ reason: 'x' }, ['reason'], { ...place, caseNo: 'C250101-AAAAAB' }),
      takeTexts({ summary: 'x' }, ['summary'], place),
    ];
    const ids = [once, ...elsewhere].map(({ texts }) => texts[0]?.textId);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(z.uuid().safeParse(id).success).toBe(true);
    expect(textIdOf('a', 'b')).toBe(textIdOf('a', 'b'));
  });
});
