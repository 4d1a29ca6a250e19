import { Converter } from 'opencc-js/cn2t';
import { normalise } from '../../src/text/normalise';
import { suggestGrade } from '../../src/text/suggest';
import { HELD_OUT } from './heldout';
import { TABLE } from './table';

/** A complaint means the same in the characters of Taiwan, of Hong Kong and of the mainland. */
const CHINESE = [...TABLE, ...HELD_OUT].filter(({ text }) => /[\u4e00-\u9fff]/.test(text));

describe.each(['tw', 'hk'] as const)('written as in %s', (to) => {
  const convert = Converter({ from: 'cn', to });

  test('every labelled complaint is read as in simplified characters', () => {
    expect(CHINESE.length).toBeGreaterThan(100);
    const different = CHINESE.filter(({ text }) => normalise(convert(text)) !== normalise(text));
    expect(different.map(({ text }) => convert(text))).toEqual([]);
  });

  test('and gets the same suggestion', () => {
    for (const { text, wantedRemedy } of CHINESE) {
      const plain = suggestGrade({ text, language: 'zh-CN', wantedRemedy });
      const written = suggestGrade({
        text: convert(text),
        language: 'zh-CN',
        wantedRemedy: wantedRemedy && convert(wantedRemedy),
      });
      expect({ text, ...written }).toEqual({ text, ...plain });
    }
  });
});
