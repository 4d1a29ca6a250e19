import type { Request, Response } from 'express';
import { isRefused, type ComplaintBody, type Foreseen } from '../../../../cases';
import type { Words } from '../../../../domain/basics/types';
import { CATEGORY_WORDS, GRADE_WORDS } from '../../../../domain/basics/words';
import { dateTime, inFours, pageTime } from '../../../../render/format';
import { inLanguage } from '../../../../render/words';
import { decisionIdOf, field } from '../../kit/request';
import { sayIn, type Wording } from '../../kit/wording';
import { begun } from '../forms/making';
import type { Typed } from '../forms/read';
import { DRAFT } from '../drafts';
import type { DeskNeeds } from '../page';
import { actorIn } from '../session';
import { noteIsHere } from '../shown-calls';
import { HERE } from './fields';
import { PUT } from './found';

const NOT_THE_SAME: Words = {
  zh: '这一页已经登记过一件投诉，内容与现在不同。请再按一次，作为另一件登记。',
  en: 'A complaint was filed from this page before, with other words. Press once more to file this as another one.',
};

/** What the buttons of the form are sent as. */
export const BUTTONS: readonly string[] = ['step', 'into', PUT];

/** The field with the call of the telephone system that is being written down: its recording is found in the case then. */
export const CALL = 'call';

/** Reading a complaint back to the customer, and filing it. @param again shows the form with what was typed, and says why */
export function phoneFiling(
  { cases: { complaints, formDrafts, calls }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  again: (req: Request, res: Response, typed: Typed, tell: Words) => Promise<void>,
) {
  return {
    /** Shows what is to be read to the customer before it is filed. */
    async readBack(body: ComplaintBody, typed: Typed, req: Request, res: Response): Promise<void> {
      const wording = answers.wordingOf(req);
      noteIsHere(res, field(req, CALL));
      answers.page(
        res,
        200,
        'phone-read',
        wording,
        {
          heading: sayIn(wording.language)('读给客户听', 'Read it back'),
          sentences: sentencesOf(body, await complaints.foresee(body), wording),
          kept: [...typed].flatMap(([name, values]) =>
            name === 'csrf' || BUTTONS.includes(name) ? [] : values.map((value) => ({ name, value })),
          ),
        },
        HERE,
      );
    },

    /** Files the complaint, and shows what is to be said to the customer now. */
    async file(body: ComplaintBody, typed: Typed, req: Request, res: Response): Promise<void> {
      const { id } = actorIn(res);
      const wording = answers.wordingOf(req);
      const { language } = wording;
      try {
        const key = decisionIdOf('phone', id, field(req, 'nonce'));
        const { filed } = await complaints.file(body, { idempotencyKey: key, by: id });
        await formDrafts.remove(field(req, DRAFT), actorIn(res));
        await calls.tie(field(req, CALL), filed.caseNo, actorIn(res));
        noteIsHere(res, field(req, CALL));
        answers.page(
          res,
          201,
          'phone-filed',
          wording,
          {
            heading: sayIn(language)('已登记', 'Filed'),
            caseNo: filed.caseNo,
            code: inFours(filed.accessCode),
            answerBy: pageTime(filed.answerBy, language, wording.now, true),
            resolveBy: pageTime(filed.resolveBy, language, wording.now, true),
            href: `/desk/cases/${filed.caseNo}`,
          },
          HERE,
        );
      } catch (error) {
        if (!isRefused(error, 'invalid')) throw error;
        await again(req, res, typed, NOT_THE_SAME);
      }
    },
  };
}

/** What the agent reads to the customer: what they said, what they ask for, and what happens now. */
function sentencesOf(body: ComplaintBody, { suggestion, answerBy }: Foreseen, { language, now }: Wording): string[] {
  const say = sayIn(language);
  const { text, product, occurredAt, place, wantedRemedy, customer } = body;
  const about = [
    product && say(`产品是${product.name}`, `The product is ${product.name}`),
    product?.orderNo && say(`订单号 ${product.orderNo}`, `order number ${product.orderNo}`),
    occurredAt &&
      say(`时间是 ${dateTime(occurredAt, language, now)}`, `it happened ${dateTime(occurredAt, language, now)}`),
    place && say(`地点是${place}`, `at ${place}`),
    wantedRemedy
      ? say(`您希望：${wantedRemedy}`, `you ask for: ${wantedRemedy}`)
      : say('您没有提具体要求', 'you ask for nothing in particular'),
  ].filter((part): part is string => typeof part === 'string' && part !== '');
  const way = customer.phone ?? customer.email ?? '';
  const grade = inLanguage(GRADE_WORDS[suggestion.grade], language);
  const category = inLanguage(CATEGORY_WORDS[suggestion.category], language);
  const by = pageTime(answerBy, language, now, true);
  return [
    say(`您说的是：${text.trim()}`, `You told us: ${text.trim()}`),
    `${begun(about.join(say('，', ', ')))}${say('。', '.')}`,
    say(
      `我们按“${grade} · ${category}”登记，最晚 ${by} 有人联系您，用 ${way}。`,
      `We file it as ${grade} (${category}); somebody contacts you by ${by}, at ${way}.`,
    ),
  ];
}
