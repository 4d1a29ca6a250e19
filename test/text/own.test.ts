import { GRADES } from '../../src/domain/basics/types';
import { hashesOf, tokensOf } from '../../src/text/model/grams';
import { chanceOf, type ConfirmedCase, isHeldOut, learnOwn, LEAST_CASES, type Learnt } from '../../src/text/own/learn';
import { type OwnModel, readOwn, writeOwn } from '../../src/text/own/model';
import { suggestWith } from '../../src/text/own/read';
import { engineOf, LEARNT, suggestGrade, type Suggestion } from '../../src/text/suggest';
import { confirmedCases, harmless, HOUSE_WORD, OTHER_CATEGORY } from './own-cases';

const decided = { grade: 'important', category: OTHER_CATEGORY } as const;
/** More than what was learnt from. */
const NEW = 280;

/** What was learnt from cases that people decided in one way, for all tests that only look at it. */
let own: Learnt;
beforeAll(async () => {
  own = await learnt(confirmedCases(300, decided));
});

async function learnt(cases: readonly ConfirmedCase[]): Promise<Learnt> {
  const found = await learnOwn(cases);
  if (!found) throw new Error('too few cases');
  return found;
}

const modelOf = ({ file }: Learnt): OwnModel => readOwn(file, engineOf());
const read = (model: OwnModel | undefined, text: string): Suggestion => suggestWith(model, { text, language: 'zh-CN' });

describe('what people decided of a word that no dictionary knows', () => {
  it('is suggested for new complaints, with the clause that says so and the version', () => {
    const text = harmless(HOUSE_WORD, NEW);
    const base = suggestGrade({ text, language: 'zh-CN' });
    expect(base).not.toMatchObject(decided);
    const got = read(modelOf(own), text);
    expect(got).toMatchObject({ ...decided, engine: `${engineOf()}+own@${own.version}` });
    const { words = [] } = got.reasons.find(({ rule }) => rule === LEARNT) ?? {};
    expect(words.join()).toContain(HOUSE_WORD);
    expect(got.reasons.map(({ rule }) => rule)).not.toContain(base.category);
  });

  it('says nothing of other complaints', () => {
    const text = harmless('包装盒', NEW);
    const { engine: _engine, ...base } = suggestGrade({ text, language: 'zh-CN' });
    expect(read(modelOf(own), text)).toMatchObject(base);
    expect(read(modelOf(own), '买了一只杯子，杯盖有点松，想问一下能不能换。').grade).toBe('general');
  });

  it('has a say only in labels that read held-out cases better, and says how much', () => {
    const { figures, used } = own;
    expect(used).toEqual(['important', OTHER_CATEGORY]);
    expect(figures.learnt + figures.heldOut).toBe(300);
    expect(figures.grade.own).toBeGreaterThan(figures.grade.rules);
    expect(figures.category.own).toBeGreaterThan(figures.category.rules);
    const ofImportant = figures.labels.find(({ label }) => label === 'important');
    expect(ofImportant).toMatchObject({ used: true, lost: 0 });
  });

  it('comes out the same for the same cases', async () => {
    expect((await learnt(confirmedCases(300, decided))).file).toEqual(own.file);
  });
});

it('where people keep what the rules suggest, the rules alone read', async () => {
  const kept = await learnt(confirmedCases(300));
  expect(kept.used).toEqual([]);
  expect(read(modelOf(kept), harmless(HOUSE_WORD, NEW)).engine).toBe(engineOf());
});

it('where people decide at random, nothing of it is used', async () => {
  const cases = confirmedCases(300).map((one, n) => ({ ...one, grade: GRADES[(n * 7 + (n >> 3)) % 3] ?? 'general' }));
  const { used } = await learnt(cases);
  for (const grade of GRADES) expect(used).not.toContain(grade);
});

it('too few cases, or too few different ones, teach nothing', async () => {
  const cases = confirmedCases(300, decided);
  expect(await learnOwn(cases.slice(0, LEAST_CASES - 1))).toBeUndefined();
  const [first] = cases;
  expect(first && (await learnOwn(cases.map((one) => ({ ...one, text: first.text }))))).toBeUndefined();
});

describe('a danger', () => {
  const DANGER = '充电宝冒烟起火，手被烧伤了。';
  /** Complaints that the rules call major by a rule that is no danger (M2: a large sum is lost), which people lower. */
  const lowered = (count: number, word = HOUSE_WORD): ConfirmedCase[] =>
    Array.from({ length: count }, (_, n) => ({
      caseNo: `C261123-${n}`,
      customer: `other ${n}`,
      language: 'zh-CN' as const,
      text: `${harmless(word, n)}${DANGER}`,
      grade: 'general' as const,
      category: 'other' as const,
    }));

  it('stays major, whatever people decided of others like it', async () => {
    const lowering = await learnt([...lowered(200), ...confirmedCases(300)]);
    const everything = { ...modelOf(lowering), used: new Set(GRADES), lowersMajor: true };
    const text = `${harmless(HOUSE_WORD, NEW)}${DANGER}`;
    expect(suggestGrade({ text, language: 'zh-CN' }).grade).toBe('major');
    expect(read(everything, text).grade).toBe('major');
  });

  it('and what the rules call major is lowered only where enough majors show that none is missed for it', async () => {
    const text = '我投保的工程款十万元被你们扣着不退，要求退款十万元。';
    const base = suggestGrade({ text, language: 'zh-CN' });
    expect(base).toMatchObject({ grade: 'major' });
    expect(base.reasons.map(({ rule }) => rule)).not.toContain('M1');
    const cases = Array.from({ length: 300 }, (_, n) => ({
      caseNo: `C261124-${n}`,
      customer: `third ${n}`,
      language: 'zh-CN' as const,
      text: `${harmless(HOUSE_WORD, n)}${text}`,
      grade: 'general' as const,
      category: 'other' as const,
    }));
    const lowering = await learnt([...cases, ...confirmedCases(300)]);
    // Nobody called anything major, so nothing shows that it would be found.
    expect(lowering.figures.majors).toBe(0);
    expect(read({ ...modelOf(lowering), used: new Set(GRADES) }, `${harmless(HOUSE_WORD, NEW)}${text}`).grade).toBe(
      'major',
    );
  });
});

describe('the file', () => {
  const borders = hashesOf({ words: [] });
  const gramsIn = (text: string): Uint32Array =>
    hashesOf({ words: tokensOf(text).map(({ word }) => word) }).filter((gram) => !borders.includes(gram));

  it('holds no gram of fewer than three customers, however often these wrote', async () => {
    const cases = confirmedCases(300, decided).filter((one) => !isHeldOut(one));
    const name = '欧阳锦鲤';
    const named = confirmedCases(300, decided).map((one) => {
      const nth = cases.findIndex(({ caseNo }) => caseNo === one.caseNo);
      // The same two customers, ten times.
      return nth >= 0 && nth < 10 ? { ...one, customer: `of two ${nth % 2}`, text: `${one.text}我叫${name}` } : one;
    });
    const { grams } = modelOf(await learnt(named));
    const ofName = gramsIn(name);
    expect(ofName.some((gram) => grams.has(gram))).toBe(false);
    const others = named.map((one) => (one.text.includes(name) ? { ...one, customer: one.caseNo } : one));
    const known = modelOf(await learnt(others)).grams;
    expect(ofName.some((gram) => known.has(gram))).toBe(true);
  });

  it('is refused when it is none, was cut off, or was made beside another engine', () => {
    const { file } = own;
    expect(() => readOwn(Buffer.from('MOD2 something'), engineOf())).toThrow('not an own model');
    expect(() => readOwn(file.subarray(0, -1), engineOf())).toThrow('cut off');
    expect(() => readOwn(file, 'rules@0')).toThrow('another engine');
    const { used, table, lowersMajor, grams } = readOwn(file, engineOf());
    const again = writeOwn({ used: [...used], lowersMajor, grams: [...grams.keys()], table }, engineOf());
    expect(again).toEqual(file);
  });
});

it('what wins by chance is told from what does not', () => {
  expect(chanceOf(5, 0)).toBeCloseTo(1 / 32);
  expect(chanceOf(3, 2)).toBeCloseTo(0.5);
  expect(chanceOf(60, 40)).toBeCloseTo(0.0284, 3);
  expect(chanceOf(0, 0)).toBe(1);
});
