import type { Request, Response } from 'express';
import type { Language } from '../../../domain/basics/types';
import type { PageRoute } from '../kit/page';
import type { PageNeeds } from './page';
import { proposalContext } from './proposal-context';
import { decisionIdOf, field, langOf, param, queried, withLang, written } from '../kit/request';
import { NOTHING_TO_TELL, type Tell } from '../kit/wording';

/** The page of an offered solution, which its customer accepts or declines once. */
export function proposalPage({ cases, answers }: Pick<PageNeeds, 'cases' | 'answers'>): PageRoute[] {
  async function showProposal(
    req: Request,
    res: Response,
    status: number,
    tell: (language: Language) => Tell,
    declining: boolean,
    reason = '',
  ): Promise<void> {
    const token = param(req, 'token');
    const view = await cases.proposal(token);
    if (!view) return answers.unknown(req, res);
    const wording = answers.wordingOf(req, view.language);
    // Somebody answers again: the first answer holds, so the page shows that one, with 410 and no sentence of refusal.
    const gone = status === 409 && view.status !== 'open';
    answers.page(
      res,
      gone ? 410 : status,
      'proposal',
      wording,
      {
        ...proposalContext(view, `/a/${token}`, wording, { declining, reason }),
        ...(gone ? NOTHING_TO_TELL : tell(wording.language)),
      },
      `/a/${token}`,
    );
  }

  return [
    {
      method: 'get',
      path: '/a/:token',
      who: 'link',
      about: { zh: '提出的方案', en: 'the offered solution' },
      handle: (req, res) => showProposal(req, res, 200, () => NOTHING_TO_TELL, queried(req, 'decline') !== ''),
    },
    {
      method: 'post',
      path: '/a/:token',
      who: 'link',
      about: { zh: '接受或不接受，只一次', en: 'accepts or declines it, once' },
      form: true,
      async handle(req, res) {
        const token = param(req, 'token');
        const answer = field(req, 'accepted');
        if (answer !== 'yes' && answer !== 'no') return answers.message(req, res, 400, 'malformed');
        const accepted = answer === 'yes';
        const reason = accepted ? undefined : written(req, 'reason');
        const decisionId = decisionIdOf('answer', token, field(req, 'nonce'));
        const outcome = await cases.answer(token, { accepted, reason, decisionId });
        const back = withLang(`/a/${token}`, langOf(req));
        await answers.submitted(req, res, outcome, back, (status, tell) =>
          showProposal(req, res, status, tell, !accepted, reason ?? ''),
        );
      },
    },
  ];
}
