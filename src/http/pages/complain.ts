import type { CustomerPages } from '../../cases';
import { randomBytes } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import { isCaseNumber, readCaseNumber } from '../../domain/basics/ids';
import type { Language } from '../../domain/basics/types';
import type { Context } from '../../render/engine';
import {
  formContext,
  NOTHING_TYPED,
  readComplaint,
  readNotKept,
  receiptContext,
  typedIn,
  type FormNeeds,
  type NotKept,
} from './complaint-form';
import { tellWords, NOTHING_TO_TELL, type Tell, type Wording } from './contexts';
import type { Limit, Limits } from '../middleware/limits';
import { readForm, type Form } from './form-data';
import { langOf, param, queried, withLang } from './request';
import type { PageName } from './templates';
import type { Spool } from '../spool';
import type { Intake } from './views';

interface Needs {
  cases: Pick<CustomerPages, 'progress' | 'isAway'>;
  intake: Intake;
  /** Of the API and these pages together. */
  limits: Pick<Limits, 'complaints' | 'uploads'>;
  fileBytes: number;
  spool: Spool;
  page: (res: Response, status: number, name: PageName, wording: Wording, context: Context, self?: string) => void;
  unknown: (req: Request, res: Response) => Promise<void>;
  /** @returns true when it was too much and has been answered so */
  slow: (limit: Limit, req: Request, res: Response) => Promise<boolean>;
  wordingOf: (req: Request, of?: Language) => Wording;
  notSaved: { zh: string; en: string };
}

const MOST_FILES = 9;
const KEY = /^[\w-]{22}$/;

const USED = {
  zh: '您刚才已经用这一页提交过一次，那件投诉已收到。再提交会成为另一件。',
  en: 'You have sent this page before, and we have that complaint. Sending it again makes another one.',
};
const ONCE_MORE = { zh: '请再按一次“提交投诉”。', en: 'Please press “Send the complaint” once more.' };

/**
 * The complaint form for everybody, and its receipt. The form carries a random key: a double click, a reload or a second
 * try after a lost answer is the same complaint. What was typed comes back with every answer that is not a receipt.
 */
export function complainRoutes(router: Router, needs: Needs): void {
  const { cases, intake, limits, fileBytes, spool, page, unknown, slow, wordingOf } = needs;
  const most = { files: MOST_FILES, fileBytes };
  const reading = { ...most, spool };

  router.get('/complain', async (req, res) => {
    await showForm(res, 200, wordingOf(req), { typed: NOTHING_TYPED, faults: {}, filesLost: false });
  });

  router.post('/complain', async (req, res) => {
    if (await slow(limits.complaints, req, res)) return;
    const form = await readForm(req, reading);
    try {
      await file(req, res, form);
    } finally {
      await form.dispose();
    }
  });

  async function file(req: Request, res: Response, form: Form): Promise<void> {
    const key = spoken(req, form);
    const wording = wordingOf(req);
    const typed = typedIn(form.values);
    const again = { typed, faults: {}, filesLost: form.files.length > 0 };
    const { body, faults } = readComplaint(typed, wording.language);
    if (faults) return showForm(res, 422, wording, { ...again, faults }, { key });
    if (!KEY.test(key)) return showForm(res, 400, wording, again, { tell: tellWords(ONCE_MORE, wording.language) });
    const means = form.values.get('again')?.[0] === '1';
    const outcome = await intake.file(body, `form-${key}`, means);
    switch (outcome.kind) {
      case 'used':
        return showForm(res, 409, wording, again, { tell: tellWords(USED, wording.language) });
      case 'twin': {
        const words = {
          zh: `${outcome.words.zh}，查询码在受理回执里。确实要再交一件，请再按一次“提交投诉”。`,
          en: `You have sent these words before: ${outcome.words.en}, and the access code is in its receipt. If you mean another complaint, press “Send the complaint” once more.`,
        };
        return showForm(res, 409, wording, { ...again, twin: true }, { key, tell: tellWords(words, wording.language) });
      }
      case 'away':
        res.set('Retry-After', '10');
        return showForm(res, 503, wording, again, { key, tell: tellWords(needs.notSaved, wording.language) });
      case 'filed': {
        const { caseNo, accessCode } = outcome;
        const files = await attach(caseNo, accessCode, form);
        res.redirect(303, receiptUrl(caseNo, accessCode, wording.language, files));
      }
    }
  }

  router.get('/complain/:caseNo', async (req, res) => {
    const caseNo = readCaseNumber(param(req, 'caseNo'));
    const code = queried(req, 'code');
    const view = isCaseNumber(caseNo) && code !== '' ? await cases.progress(caseNo, code) : undefined;
    if (!view) return unknown(req, res);
    const wording = wordingOf(req, view.language);
    const kept = /^\d$/.test(queried(req, 'kept')) ? Number(queried(req, 'kept')) : 0;
    const notKept = readNotKept(queried(req, 'not'));
    const self = `/complain/${caseNo}?code=${encodeURIComponent(code)}`;
    page(res, 200, 'receipt', wording, receiptContext(view, code, wording, { kept, notKept, most }), self);
  });

  router.post('/complain/:caseNo/files', async (req, res) => {
    if (await slow(limits.uploads, req, res)) return;
    const caseNo = readCaseNumber(param(req, 'caseNo'));
    const codeIn = (values: Form['values']): string => values.get('code')?.[0] ?? '';
    const knows = async (code: string): Promise<boolean> =>
      isCaseNumber(caseNo) && code !== '' && (await cases.progress(caseNo, code)) !== undefined;
    // The code stands before the files: without the right one nothing of them is written down.
    const form = await readForm(req, { ...reading, admit: (values) => knows(codeIn(values)) });
    try {
      spoken(req, form);
      const code = codeIn(form.values);
      if (!form.admitted || !(await knows(code))) return unknown(req, res);
      res.redirect(303, receiptUrl(caseNo, code, langOf(req), await attach(caseNo, code, form)));
    } finally {
      await form.dispose();
    }
  });

  /** One after the other; after the first that finds nobody there, the rest is not waited for. */
  async function attach(caseNo: string, code: string, form: Form): Promise<{ kept: number; notKept: Set<NotKept> }> {
    const notKept = new Set<NotKept>(form.moreFiles ? ['many'] : []);
    let kept = 0;
    for (const item of form.files) {
      if (item.fault) notKept.add(item.fault === 'large' ? 'large' : 'away');
      else if (!notKept.has('away')) {
        const attached = await intake.attach(caseNo, code, item);
        if (attached === 'kept') kept++;
        else notKept.add(attached === 'unknown' ? 'away' : attached);
      }
    }
    return { kept, notKept };
  }

  async function showForm(
    res: Response,
    status: number,
    wording: Wording,
    shown: Omit<FormNeeds, 'limits' | 'most'>,
    more: { key?: string; tell?: Tell } = {},
  ): Promise<void> {
    // Whoever wants to complain is not turned away because the side column has nothing to say.
    const bounds = await intake.limits().catch((error: unknown) => {
      if (cases.isAway(error)) return undefined;
      throw error;
    });
    const key = more.key !== undefined && KEY.test(more.key) ? more.key : randomBytes(16).toString('base64url');
    const context = formContext({ ...shown, limits: bounds, most }, wording);
    page(res, status, 'complain', wording, { ...context, ...(more.tell ?? NOTHING_TO_TELL), key }, '/complain');
  }
}

/** Makes the form's language known to whoever asks the request for it; @returns the form's key */
function spoken(req: Request, form: Form): string {
  req.body = { lang: form.values.get('lang')?.[0] ?? '' };
  return form.values.get('key')?.[0] ?? '';
}

function receiptUrl(
  caseNo: string,
  code: string,
  lang: Language | undefined,
  { kept, notKept }: { kept: number; notKept: Set<NotKept> },
): string {
  const url = withLang(`/complain/${caseNo}?code=${encodeURIComponent(code)}`, lang);
  return `${url}${kept > 0 ? `&kept=${kept}` : ''}${notKept.size > 0 ? `&not=${[...notKept].join(',')}` : ''}`;
}
