import type { Request, Response } from 'express';
import { NOT_SAVED } from './answers';
import { attachAll, MOST_FILES, receiptUrl, takeLanguage } from './attaching';
import {
  formContext,
  givenTyped,
  NOTHING_TYPED,
  readComplaint,
  typedIn,
  type FormNeeds,
  type Typed,
} from './complaint-form';
import { readForm } from '../kit/form-data';
import type { PageRoute } from '../kit/page';
import { newNonce, queried, withLang } from '../kit/request';
import type { PageNeeds } from './page';
import { inFrame, siteName } from './place';
import { waitingOrLost } from './waiting-context';
import type { JoinedForm } from './waiting-files';
import { NOTHING_TO_TELL, tellWords, type Tell, type Wording } from '../kit/wording';

/** As `newNonce` makes them. */
const KEY = /^[\w-]{22}$/;

const USED = {
  zh: '您刚才已经用这一页提交过一次，那件投诉已收到。再提交会成为另一件。',
  en: 'You have sent this page before, and we have that complaint. Sending it again makes another one.',
};
const ONCE_MORE = { zh: '请再按一次“提交投诉”。', en: 'Please press “Send the complaint” once more.' };

/**
 * The complaint form, open to everybody. It carries a random key as its idempotency key, so that a double click, a
 * reload or another try after a lost answer files one complaint only. Unless it is filed, the form comes back with all
 * that was typed.
 */
export function complainPage({
  cases,
  intake,
  limits,
  fileBytes,
  sms = false,
  spool,
  waiting,
  answers,
  place,
}: PageNeeds): PageRoute[] {
  const most = { files: MOST_FILES, fileBytes };

  /** Files the complaint and its files, then redirects to the receipt; else shows the form again with the reason. */
  async function file(req: Request, res: Response, form: JoinedForm): Promise<void> {
    takeLanguage(req, form);
    const key = form.values.get('key')?.[0] ?? '';
    const wording = answers.wordingOf(req);
    const typed = typedIn(form.values);
    const again = async () => ({ typed, faults: {}, ...(await waitingOrLost(form)) });
    const { body, faults } = readComplaint(typed, wording.language);
    if (faults) return showForm(res, 422, wording, { ...(await again()), faults }, { key });
    if (!KEY.test(key))
      return showForm(res, 400, wording, await again(), { tell: tellWords(ONCE_MORE, wording.language) });
    const means = form.values.get('again')?.[0] === '1';
    const site = place.siteOf(req);
    const source = site === undefined ? undefined : siteName(site);
    const outcome = await intake.file(body, `form-${key}`, { again: means, ...(source !== undefined && { source }) });
    switch (outcome.kind) {
      case 'used':
        return showForm(res, 409, wording, await again(), { tell: tellWords(USED, wording.language) });
      case 'twin': {
        const words = {
          zh: `${outcome.words.zh}，查询码在受理回执里。确实要再交一件，请再按一次“提交投诉”。`,
          en: `You have sent these words before: ${outcome.words.en}, and the access code is in its receipt. If you mean another complaint, press “Send the complaint” once more.`,
        };
        return showForm(
          res,
          409,
          wording,
          { ...(await again()), twin: true },
          { key, tell: tellWords(words, wording.language) },
        );
      }
      case 'away':
        res.set('Retry-After', '10');
        return showForm(res, 503, wording, await again(), { key, tell: tellWords(NOT_SAVED, wording.language) });
      case 'filed': {
        const { caseNo, accessCode } = outcome;
        const files = await attachAll(intake, caseNo, accessCode, form);
        const { language: lang } = wording;
        res.redirect(303, receiptUrl(place, req, { caseNo, code: accessCode, lang, files }));
      }
    }
  }

  /**
   * @param more `key`: the key to keep, if it is one; left out: the form gets a new one. `given`: what its address filled in
   */
  async function showForm(
    res: Response,
    status: number,
    wording: Wording,
    shown: Omit<FormNeeds, 'limits' | 'most' | 'sms'>,
    more: { key?: string; tell?: Tell; given?: Typed } = {},
  ): Promise<void> {
    // While Postgres is away the form is shown without the promised times: they are no reason not to show it.
    const bounds = await intake.limits().catch((error: unknown) => {
      if (cases.isAway(error)) return undefined;
      throw error;
    });
    const key = more.key !== undefined && KEY.test(more.key) ? more.key : newNonce();
    const context = formContext({ ...shown, limits: bounds, most, sms }, wording);
    const { req } = res;
    const given = more.given ?? NOTHING_TYPED;
    const filled = (['product', 'order'] as const).filter((name) => given[name] !== '');
    answers.page(
      res,
      status,
      'complain',
      wording,
      {
        ...context,
        ...(more.tell ?? NOTHING_TO_TELL),
        key,
        // Also what is answered before the form is read speaks its language there.
        action: place.siteOf(req) === undefined ? place.to(req) : withLang(place.to(req), wording.language),
        // For the page's script: these are no draft, nobody has typed them.
        filled: filled.length > 0 ? filled.join(' ') : null,
      },
      place.to(req, '', filled.map((name) => `${name}=${encodeURIComponent(given[name])}`).join('&')),
    );
  }

  return [
    {
      method: 'get',
      path: place.path,
      who: 'anybody',
      about: { zh: `投诉表单${inFrame(place).zh}`, en: `the complaint form${inFrame(place).en}` },
      handle(req, res) {
        const given = givenTyped(queried(req, 'product'), queried(req, 'order'));
        return showForm(res, 200, answers.wordingOf(req), { typed: given, faults: {}, filesLost: false }, { given });
      },
    },
    {
      method: 'post',
      path: place.path,
      who: 'anybody',
      about: { zh: '提交表单', en: 'sends it' },
      async handle(req, res) {
        if (await answers.tooOften(limits.complaints, req, res)) return;
        const form = waiting.join(await readForm(req, { ...most, spool }), MOST_FILES);
        try {
          await file(req, res, form);
        } finally {
          await form.dispose();
        }
      },
    },
  ];
}
