import type { Request, Response } from 'express';
import type { Locked, NeedsCode, Sender, SignedIn, TooLate, Wrong } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import { inLanguage } from '../../../render/words';
import { addressKey } from '../../middleware/limits';
import { field, queried } from '../kit/request';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { deviceOf, safeTarget, signedInOf } from './session';

/** From where somebody signs in. */
export function senderOf(req: Request): Sender {
  const [userAgent, device] = [req.get('User-Agent'), deviceOf(req)];
  return {
    address: addressKey(req),
    ...(userAgent !== undefined && { userAgent }),
    ...(device !== undefined && { device }),
  };
}

/** What came of a name and a password, or of a link that sets one. */
type Entry = SignedIn | NeedsCode | Wrong | Locked | TooLate;

/** Makes what shows the sign-in page, and what goes on by what came of a try to sign in. */
export function comingIn({ cases: { signIn }, answers, cookies }: Pick<DeskNeeds, 'cases' | 'answers' | 'cookies'>) {
  function show(req: Request, res: Response, status: number, to: string, more: { name?: string; fault?: Words } = {}) {
    const wording = answers.wordingOf(req);
    answers.page(
      res,
      status,
      'sign-in',
      wording,
      {
        title: inLanguage({ zh: '登录', en: 'Sign in' }, wording.language),
        to,
        name: more.name ?? '',
        singleSignOn: signIn.singleSignOn ? `/desk/sso?to=${encodeURIComponent(to)}` : null,
        passkeys: signIn.passkeys.areOffered,
        fault: more.fault ? inLanguage(more.fault, wording.language) : null,
      },
      '/desk/sign-in',
    );
  }

  const askForCode = showCode(answers);

  /** Goes on by what came of it: in, on to the code, or back to the form with the reason. */
  function enter(req: Request, res: Response, entry: Entry, to: string, again: (words: Words) => void): void {
    switch (entry.is) {
      case 'signedIn':
        cookies.keep(res, entry);
        return res.redirect(303, to);
      case 'needsCode':
        return askForCode(req, res, 200, { ticket: entry.ticket, to });
      case 'locked':
      case 'wrong':
        return again(entry.words);
      case 'tooLate':
        return show(req, res, 422, to, { fault: entry.words });
    }
  }

  return { show, enter, askForCode };
}

/** The pages by which somebody comes in: name and password, then the code if their account asks for one. */
export function signInPage(needs: DeskNeeds): DeskRoute[] {
  const { show, enter, askForCode } = comingIn(needs);
  const { cases, cookies } = needs;
  const { signIn } = cases;

  return [
    {
      method: 'get',
      path: '/desk/sign-in',
      who: 'anybody',
      about: { zh: '登录', en: 'signing in' },
      handle(req, res) {
        const to = safeTarget(queried(req, 'to'));
        if (signedInOf(res)) res.redirect(303, to);
        else show(req, res, 200, to);
      },
    },
    {
      method: 'post',
      path: '/desk/sign-in',
      who: 'anybody',
      about: { zh: '账号和密码', en: 'name and password' },
      form: true,
      async handle(req, res) {
        const [to, name] = [safeTarget(field(req, 'to')), field(req, 'name')];
        const entry = await signIn.signIn({ name, password: field(req, 'password') }, senderOf(req));
        enter(req, res, entry, to, (fault) => show(req, res, 422, to, { name: name.slice(0, 200), fault }));
      },
    },
    {
      method: 'post',
      path: '/desk/sign-in/code',
      who: 'anybody',
      about: { zh: '六位验证码', en: 'the code of six digits' },
      form: true,
      async handle(req, res) {
        const [to, ticket] = [safeTarget(field(req, 'to')), field(req, 'ticket')];
        const entry = await signIn.confirmCode(
          { ticket, code: field(req, 'code').replaceAll(/\s/g, '') },
          senderOf(req),
        );
        enter(req, res, entry, to, (fault) => askForCode(req, res, 422, { ticket, to, fault }));
      },
    },
    {
      method: 'post',
      path: '/desk/sign-out',
      who: 'colleague',
      own: true,
      about: { zh: '退出登录', en: 'signing out' },
      form: true,
      async handle(req, res) {
        const id = cookies.sessionId(req);
        if (id !== undefined) await signIn.signOut(id);
        cookies.forget(res);
        res.redirect(303, '/desk/sign-in');
      },
    },
  ];
}

/** Makes what shows the form for the code. */
export const showCode =
  (answers: DeskNeeds['answers']) =>
  (
    req: Request,
    res: Response,
    status: number,
    { ticket, to, fault }: { ticket: string; to: string; fault?: Words },
  ): void => {
    const wording = answers.wordingOf(req);
    answers.page(
      res,
      status,
      'code',
      wording,
      {
        title: inLanguage({ zh: '输入验证码', en: 'Enter the code' }, wording.language),
        ticket,
        to,
        fault: fault ? inLanguage(fault, wording.language) : null,
      },
      '/desk/sign-in',
    );
  };
