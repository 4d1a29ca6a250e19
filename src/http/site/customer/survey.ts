import type { Request, Response } from 'express';
import type { Language } from '../../../domain/basics/types';
import type { PageRoute } from '../kit/page';
import type { PageNeeds } from './page';
import { decisionIdOf, field, langOf, param, withLang, written } from '../kit/request';
import { missingScores, surveyContext, type Chosen, type Dimension } from './survey-context';
import { NOTHING_TO_TELL, type Tell } from '../kit/wording';

const NOTHING_CHOSEN = { chosen: {}, comment: '', missing: [] };

/** The page of a survey, which its customer answers once: four scores, and the policy's own questions. */
export function surveyPage({ cases, answers }: Pick<PageNeeds, 'cases' | 'answers'>): PageRoute[] {
  async function showSurvey(
    req: Request,
    res: Response,
    status: number,
    tell: (language: Language) => Tell,
    input: { chosen: Chosen; comment: string; missing: Dimension[]; more?: Record<string, number> },
  ): Promise<void> {
    const token = param(req, 'token');
    const view = await cases.survey(token);
    if (!view) return answers.unknown(req, res);
    const wording = answers.wordingOf(req, view.language);
    // The survey was answered before or is over: show that, with 410, and not why this try was refused.
    const gone = view.status !== 'open' && status >= 400;
    answers.page(
      res,
      gone ? 410 : status,
      'survey',
      wording,
      {
        ...surveyContext(view, `/s/${token}`, wording, input),
        ...(gone ? NOTHING_TO_TELL : tell(wording.language)),
      },
      `/s/${token}`,
    );
  }

  return [
    {
      method: 'get',
      path: '/s/:token',
      who: 'link',
      about: { zh: '评价问卷', en: 'the survey' },
      handle: (req, res) => showSurvey(req, res, 200, () => NOTHING_TO_TELL, NOTHING_CHOSEN),
    },
    {
      method: 'post',
      path: '/s/:token',
      who: 'link',
      about: { zh: '提交评价，只一次', en: 'sends the scores, once' },
      form: true,
      async handle(req, res) {
        const token = param(req, 'token');
        const { speed, solution, attitude, total } = chosenScores(req);
        const comment = written(req, 'comment');
        const more = moreScores(req);
        const input = { chosen: { speed, solution, attitude, total }, comment: comment ?? '', more };
        if (speed === undefined || solution === undefined || attitude === undefined || total === undefined) {
          return showSurvey(req, res, 422, () => NOTHING_TO_TELL, { ...input, missing: missingScores(input.chosen) });
        }
        const decisionId = decisionIdOf('rate', token, field(req, 'nonce'));
        const rated = { speed, solution, attitude, total, comment, decisionId };
        const outcome = await cases.rate(token, Object.keys(more).length > 0 ? { ...rated, answers: more } : rated);
        const back = withLang(`/s/${token}`, langOf(req));
        await answers.submitted(req, res, outcome, back, (status, tell) =>
          showSurvey(req, res, status, tell, { ...input, missing: [] }),
        );
      },
    },
  ];
}

/** The scores of the policy's own questions by their ids: fields `q-<id>`. Those left out or not 1 to 5 are ignored. */
function moreScores(req: Request): Record<string, number> {
  const body = (req.body ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      /^q-[a-z0-9][a-z0-9-]{0,39}$/.test(name) && typeof value === 'string' && /^[1-5]$/.test(value)
        ? [[name.slice(2), Number(value)]]
        : [],
    ),
  );
}

/** The four scores; undefined for one that was left out or is not 1 to 5. */
function chosenScores(req: Request): Chosen {
  const score = (name: string) => (/^[1-5]$/.test(field(req, name)) ? Number(field(req, name)) : undefined);
  return { speed: score('speed'), solution: score('solution'), attitude: score('attitude'), total: score('total') };
}
