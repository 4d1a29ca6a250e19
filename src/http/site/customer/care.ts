import type { Request, Response } from 'express';
import type { Language } from '../../../domain/basics/types';
import type { PageRoute } from '../kit/page';
import { langOf, param, queried, withLang } from '../kit/request';
import { NOTHING_TO_TELL, sayIn, type Tell } from '../kit/wording';
import type { PageNeeds } from './page';

/**
 * Where a link in a greeting leads: the customer says that they want no more of them. A mail program may post there by itself
 * when its user asks it to (RFC 8058).
 */
export function carePage({ cases, answers }: Pick<PageNeeds, 'cases' | 'answers'>): PageRoute[] {
  async function show(
    req: Request,
    res: Response,
    status: number,
    tell: (language: Language) => Tell,
    done: boolean,
  ): Promise<void> {
    const token = param(req, 'token');
    if (!cases.isCare(token)) return answers.unknown(req, res);
    const wording = answers.wordingOf(req);
    const say = sayIn(wording.language);
    const heading = done ? say('不会再问候您了', 'No more greetings') : say('不想再收到问候？', 'No more greetings?');
    const url = `/care/${token}`;
    const context = { title: heading, narrow: true, heading, done, url, ...tell(wording.language) };
    answers.page(res, status, 'care', wording, context, url);
  }

  return [
    {
      method: 'get',
      path: '/care/:token',
      who: 'link',
      about: { zh: '不想再收到问候', en: 'for whoever wants no more greetings' },
      handle: (req, res) => show(req, res, 200, () => NOTHING_TO_TELL, queried(req, 'done') !== ''),
    },
    {
      method: 'post',
      path: '/care/:token',
      who: 'link',
      about: { zh: '不再问候', en: 'stops greetings' },
      form: true,
      async handle(req, res) {
        const token = param(req, 'token');
        const outcome = await cases.stopCare(token);
        const back = withLang(`/care/${token}`, langOf(req));
        const done = `${back}${back.includes('?') ? '&' : '?'}done=1`;
        await answers.submitted(req, res, outcome, back, (status, tell) => show(req, res, status, tell, false), done);
      },
    },
  ];
}
