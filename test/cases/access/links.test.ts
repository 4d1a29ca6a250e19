import fc from 'fast-check';
import { createLinks, readCode, sameHash, TOKEN } from '../../../src/cases/access/links';

const links = createLinks({ secret: 's'.repeat(32), publicUrl: 'https://care.example/' });

describe('links', () => {
  test('are the same every time, and other with another secret, purpose, case or subject', () => {
    const again = createLinks({ secret: 's'.repeat(32), publicUrl: 'https://care.example' });
    const foreign = createLinks({ secret: 't'.repeat(32), publicUrl: 'https://care.example' });
    const all = [
      links.surveyToken('C250101-AAAAAA', 's1'),
      links.surveyToken('C250101-AAAAAA', 's2'),
      links.surveyToken('C250101-AAAAAB', 's1'),
      links.proposalToken('C250101-AAAAAA', 's1'),
      foreign.surveyToken('C250101-AAAAAA', 's1'),
    ];
    expect(new Set(all).size).toBe(all.length);
    for (const token of all) expect(token).toMatch(TOKEN);
    expect(again.surveyToken('C250101-AAAAAA', 's1')).toBe(all[0]);
    expect(again.surveyUrl('C250101-AAAAAA', 's1')).toBe(`https://care.example/s/${all[0]}`);
    expect(again.progressUrl('C250101-AAAAAA')).toBe(
      `https://care.example/p/C250101-AAAAAA?code=${links.accessCode('C250101-AAAAAA')}`,
    );
  });

  test('staff are led to the desk, to a case with the form of a decision, or to their day', () => {
    const base = 'https://care.example/desk';
    expect(links.deskUrl()).toBe(base);
    expect(links.deskCaseUrl('C250101-AAAAAA')).toBe(`${base}/cases/C250101-AAAAAA`);
    expect(links.deskCaseUrl('C250101-AAAAAA', 'approve')).toBe(`${base}/cases/C250101-AAAAAA?do=approve#dock`);
  });

  test('an access code holds more than 128 bits and survives being typed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^C\d{6}-[0-9A-HJKMNP-TV-Z]{6}$/), (caseNo) => {
        const code = links.accessCode(caseNo);
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
        const groups = code.match(/.{1,5}/g)?.join('-') ?? '';
        const misread = code.replaceAll('0', 'o').replaceAll('1', 'l');
        for (const typed of [groups, ` ${code.toLowerCase()} `, misread]) expect(readCode(typed)).toBe(code);
      }),
    );
  });

  test('hashes are compared in full, and nothing matches what is not there', () => {
    const hash = links.hash('code');
    expect(sameHash(hash, hash)).toBe(true);
    expect(sameHash(hash, undefined)).toBe(false);
    expect(sameHash('0'.repeat(64), undefined)).toBe(false);
    expect(sameHash(hash.slice(0, 63), hash)).toBe(false);
    expect(sameHash('', hash)).toBe(false);
  });
});
