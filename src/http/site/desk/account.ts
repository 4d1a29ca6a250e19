import type { Request, Response } from 'express';
import { encode } from 'uqr';
import { isRefused } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import { inFours, pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, queried } from '../kit/request';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { passkeyForms, passkeysContext, type PasskeyShown, type Post } from './passkeys';
import { readerOf } from './session';

/** The forms of the page, by the address that each is sent to. */
type Form = 'password' | 'second-factor' | 'remove-second-factor';

/** What is shown beside the account itself. */
interface Shown {
  tell?: Words;
  /** What is wrong with which form. */
  fault?: { form: Form; words: Words };
  /** A second factor that is being set up. */
  offer?: { secret: string; url: string };
  /** A passkey that is being added. */
  passkey?: PasskeyShown;
}

const DONE = {
  password: {
    zh: '密码已改，您在别处的登录都已结束。',
    en: 'Your password is changed, and your other sessions have ended.',
  },
  'second-factor': { zh: '两步验证已开启。', en: 'Signing in now takes a code as well.' },
  'remove-second-factor': { zh: '两步验证已关闭。', en: 'Signing in takes a password alone again.' },
  session: { zh: '那次登录已结束。', en: 'That session has ended.' },
  passkey: { zh: '通行密钥已添加，下次可以用它登录。', en: 'The passkey is added; next time you can sign in with it.' },
  'passkey-removed': { zh: '通行密钥已移除。', en: 'The passkey is removed.' },
} satisfies Record<Form | 'session' | 'passkey' | 'passkey-removed', Words>;

/** Somebody's own account: password, second factor, passkeys, and where they are signed in. */
export function accountPage({ cases: { signIn }, answers, cookies }: DeskNeeds): DeskRoute[] {
  async function show(req: Request, res: Response, status: number, shown: Shown = {}): Promise<void> {
    const reader = readerOf(res);
    const wording = answers.wordingOf(req);
    const { language, now } = wording;
    const say = (words: Words): string => inLanguage(words, language);
    const [account, sessions, passkeys] = await Promise.all([
      signIn.account(reader),
      signIn.sessions(reader),
      passkeysContext(signIn.passkeys, reader, wording, shown.passkey),
    ]);
    const faultOf = (form: Form): string | null => (shown.fault?.form === form ? say(shown.fault.words) : null);
    answers.page(res, status, 'account', wording, {
      heading: say({ zh: '我的账号', en: 'My account' }),
      tell: shown.tell ? say(shown.tell) : null,
      tellWarns: false,
      name: account.name,
      passwordSetAt: pageTime(account.passwordSetAt, language, now),
      secondFactor: account.secondFactor,
      passwordFault: faultOf('password'),
      codeFault: faultOf('second-factor'),
      removeFault: faultOf('remove-second-factor'),
      offer: shown.offer ? { secret: inFours(shown.offer.secret), qr: qrOf(shown.offer.url) } : null,
      passkeys,
      sessions: sessions.map((session) => ({
        key: session.key,
        current: session.key === reader.key,
        browser: session.userAgent === '' ? say({ zh: '未知浏览器', en: 'unknown browser' }) : session.userAgent,
        address: session.address,
        since: pageTime(session.since, language, now),
        seen: pageTime(session.lastSeenAt, language, now),
      })),
    });
  }

  const post: Post = (path, about, handle) => ({
    method: 'post',
    path: `/desk/account/${path}`,
    who: 'colleague',
    own: true,
    about,
    form: true,
    handle,
  });

  /** Does what a form asks for; what is refused is shown at the form. */
  const doing =
    (form: Form, work: (req: Request, res: Response) => Promise<void>) =>
    async (req: Request, res: Response): Promise<void> => {
      try {
        await work(req, res);
      } catch (error) {
        if (!isRefused(error, 'invalid') && !(isRefused(error, 'tooMany') && error.code === 'locked')) throw error;
        const words = error.details.faults?.[0]?.words ?? error.words;
        const offer = form === 'second-factor' ? await signIn.offerSecondFactor(readerOf(res)) : undefined;
        return show(req, res, 422, { fault: { form, words }, ...(offer && { offer }) });
      }
      res.redirect(303, `/desk/account?done=${form}`);
    };

  return [
    {
      method: 'get',
      path: '/desk/account',
      who: 'colleague',
      about: {
        zh: '我的账号：密码、两步验证、通行密钥、登录记录',
        en: 'my account: password, second factor, passkeys, sessions',
      },
      async handle(req, res) {
        const done = queried(req, 'done');
        const tell = Object.hasOwn(DONE, done) ? DONE[done as keyof typeof DONE] : undefined;
        await show(req, res, 200, tell ? { tell } : {});
      },
    },
    post(
      'password',
      { zh: '改密码', en: 'changes the password' },
      doing('password', (req, res) =>
        signIn.changePassword(readerOf(res), { old: field(req, 'old'), password: field(req, 'password') }),
      ),
    ),
    post('second-factor/offer', { zh: '开始设置两步验证', en: 'begins to set up a second factor' }, async (req, res) =>
      show(req, res, 200, { offer: await signIn.offerSecondFactor(readerOf(res)) }),
    ),
    post(
      'second-factor',
      { zh: '开启两步验证', en: 'puts the second factor in force' },
      doing('second-factor', (req, res) =>
        signIn.confirmSecondFactor(readerOf(res), field(req, 'code').replaceAll(/\s/g, '')),
      ),
    ),
    post(
      'second-factor/remove',
      { zh: '关闭两步验证', en: 'removes the second factor' },
      doing('remove-second-factor', (req, res) => signIn.removeSecondFactor(readerOf(res), field(req, 'password'))),
    ),
    ...passkeyForms({ signIn, cookies, post, show }),
    post('sessions/end', { zh: '结束一次登录', en: 'ends one session' }, async (req, res) => {
      await signIn.endSession(readerOf(res), field(req, 'key'));
      res.redirect(303, '/desk/account?done=session');
    }),
    post('sessions/end-all', { zh: '退出所有登录', en: 'signs out everywhere' }, async (_req, res) => {
      await signIn.signOutEverywhere(readerOf(res));
      cookies.forget(res);
      res.redirect(303, '/desk/sign-in');
    }),
  ];
}

/** A QR code as the `d` of one SVG path on a field of `size` units. */
function qrOf(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return { size, path };
}
