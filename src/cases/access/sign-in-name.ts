import type { Fault } from '../../domain/basics/faults';
import { isCleanText, isVisible } from '../../domain/basics/free-text';

const MOST = 64;

/**
 * A sign-in name as it is stored and compared: half width, small letters, no blanks around it. `Ａnna ` and `anna` are one
 * name.
 */
export const signInKey = (name: string): string => name.normalize('NFKC').trim().toLowerCase().normalize('NFKC');

/** What is wrong with a sign-in name that somebody wants to have; none: nothing. */
export function nameFaults(name: string): Fault[] {
  const key = signInKey(name);
  if (key === '') return [{ path: 'name', words: { zh: '不能为空', en: 'must not be empty' } }];
  if (key.length > MOST) {
    return [{ path: 'name', words: { zh: `最多 ${MOST} 个字`, en: `must have at most ${MOST} characters` } }];
  }
  // A character that does not show would make two names look alike.
  const shows = Array.from(key).every((character) => isVisible(character));
  if (!isCleanText(key) || !shows) {
    return [
      {
        path: 'name',
        words: {
          zh: '不能有空格和看不见的字符；可以用字母、数字、汉字和 . - _ @',
          en: 'must have no blanks and no characters that do not show; letters, digits and . - _ @ are fine',
        },
      },
    ];
  }
  return [];
}

/** For a name that somebody else has. */
export const NAME_TAKEN: Fault = {
  path: 'name',
  words: { zh: '这个账号名已有人用，请换一个', en: 'somebody else has this name; choose another one' },
};
