import { isUuid } from '../../../domain/basics/ids';
import { cut } from '../../../render/format';
import { param, queried } from '../kit/request';
import type { PageRoute } from '../kit/page';
import { inLanguage } from '../../../render/words';
import type { PageNeeds } from './page';

const HERE = '/help';
/** Characters of a question, and of the beginning of an answer in the list. */
const LONGEST = 200;
const OPENING = 80;

/** Answers that the house has published, for customers who look before they complain. Open to everybody. */
export function helpPage({ articles, answers }: Pick<PageNeeds, 'articles' | 'answers'>): PageRoute[] {
  return [
    {
      method: 'get',
      path: HERE,
      who: 'anybody',
      about: { zh: '常见问题：给客户看的解答，`q` 搜索', en: 'answers for customers; `q` searches them' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        const q = queried(req, 'q').slice(0, LONGEST).trim();
        const found = await articles.find(q, wording.language);
        answers.page(res, 200, 'help', wording, {
          narrow: true,
          heading: inLanguage({ zh: '常见问题', en: 'Answers' }, wording.language),
          q,
          items: found.map(({ id, question, answer }) => ({
            href: `${HERE}/${id}?lang=${wording.language}`,
            question,
            opening: cut(answer.replace(/\s+/g, ' '), OPENING),
          })),
        });
      },
    },
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'anybody',
      about: { zh: '一条解答', en: 'an answer' },
      async handle(req, res) {
        const id = param(req, 'id');
        const found = isUuid(id) ? await articles.get(id) : undefined;
        if (!found) return answers.message(req, res, 404, 'nowhere');
        const { question, answer, language } = found;
        answers.page(res, 200, 'help-article', answers.wordingOf(req), {
          narrow: true,
          of: language,
          question,
          answer,
        });
      },
    },
  ];
}
