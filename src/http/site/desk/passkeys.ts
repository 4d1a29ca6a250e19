import type { Request, Response } from 'express';
import { isRefused, type Cases, type CurrentSession } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field } from '../kit/request';
import type { Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { readerOf, safeTarget, type Cookies } from './session';
import { comingIn, senderOf } from './sign-in';

type Passkeys = Cases['signIn']['passkeys'];

/** Signing in by a passkey: what it is to sign, and its answer. */
export function passkeySignIn(needs: DeskNeeds): DeskRoute[] {
  const { show, enter } = comingIn(needs);
  const { cases, cookies } = needs;
  const { signIn } = cases;

  return [
    {
      method: 'post',
      path: '/desk/sign-in/passkey/ask',
      who: 'anybody',
      about: { zh: '要通行密钥签的内容，给页面脚本', en: 'what a passkey is to sign, for the script of the page' },
      async handle(req, res) {
        const { ticket, options } = await signIn.passkeys.begin(senderOf(req));
        cookies.keepTicket(res, ticket);
        res.json(options);
      },
    },
    {
      method: 'post',
      path: '/desk/sign-in/passkey',
      who: 'anybody',
      about: { zh: '用通行密钥登录', en: 'signs in with a passkey' },
      form: true,
      async handle(req, res) {
        const to = safeTarget(field(req, 'to'));
        const given = { ticket: cookies.takeTicket(req, res), answer: field(req, 'answer') };
        const entry = await signIn.passkeys.finish(given, senderOf(req));
        enter(req, res, entry, to, (fault) => show(req, res, 422, to, { fault }));
      },
    },
  ];
}

/** What is shown of a passkey that is being added. */
export interface PasskeyShown {
  name: string;
  /** What the browser is told to make it, in JSON; left out: its name is still asked for. */
  offer?: string;
  /** What is wrong, by field. */
  faults?: Partial<Record<'name' | 'password', Words>>;
}

/** The passkeys of an account, and the form that adds one; null: there are none, and none can be made at this address. */
export async function passkeysContext(
  passkeys: Passkeys,
  reader: CurrentSession,
  { language, now }: Wording,
  { name = '', offer, faults = {} }: Partial<PasskeyShown> = {},
): Promise<Context | null> {
  const own = await passkeys.list(reader);
  if (own.length === 0 && !passkeys.areOffered) return null;
  const say = (words: Words | undefined): string | null => (words ? inLanguage(words, language) : null);
  return {
    areOffered: passkeys.areOffered,
    asksPassword: passkeys.asksPassword(reader),
    own: own.map((one) => ({
      id: one.id,
      name: one.name,
      backedUp: one.backedUp,
      since: pageTime(one.createdAt, language, now),
      used: one.lastUsedAt === undefined ? null : pageTime(one.lastUsedAt, language, now),
    })),
    name,
    offer: offer ?? null,
    nameFault: say(faults.name),
    passwordFault: say(faults.password),
  };
}

/** Makes the address of a form of the page of the account. */
export type Post = (path: string, about: Words, handle: (req: Request, res: Response) => Promise<void>) => DeskRoute;

/** The forms about the passkeys of an account. */
export function passkeyForms({
  signIn,
  cookies,
  post,
  show,
}: {
  signIn: Pick<Cases['signIn'], 'passkeys'>;
  cookies: Cookies;
  post: Post;
  show: (req: Request, res: Response, status: number, shown: { passkey: PasskeyShown }) => Promise<void>;
}): DeskRoute[] {
  /** Does what is asked for; what is refused is shown at its field, and what is at none at the name. */
  const trying = async (req: Request, res: Response, name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const isLocked = isRefused(error, 'tooMany') && error.code === 'locked';
      if (!isRefused(error, 'invalid') && !isLocked) throw error;
      const { path, words } = error.details.faults?.[0] ?? { path: 'password', words: error.words };
      await show(req, res, 422, { passkey: { name, faults: { [path === 'password' ? 'password' : 'name']: words } } });
    }
  };

  return [
    post('passkeys/offer', { zh: '开始添加通行密钥', en: 'begins to add a passkey' }, async (req, res) => {
      const name = field(req, 'name').slice(0, 200);
      await trying(req, res, name, async () => {
        const { ticket, options } = await signIn.passkeys.offer(readerOf(res), {
          name,
          password: field(req, 'password'),
        });
        cookies.keepTicket(res, ticket);
        await show(req, res, 200, { passkey: { name: name.trim(), offer: JSON.stringify(options) } });
      });
    }),
    post('passkeys', { zh: '添加通行密钥', en: 'adds a passkey' }, async (req, res) => {
      const name = field(req, 'name').slice(0, 200);
      const ticket = cookies.takeTicket(req, res);
      await trying(req, res, name, async () => {
        await signIn.passkeys.add(readerOf(res), { ticket, name, answer: field(req, 'answer') });
        res.redirect(303, '/desk/account?done=passkey');
      });
    }),
    post('passkeys/remove', { zh: '移除通行密钥', en: 'removes a passkey' }, async (req, res) => {
      await signIn.passkeys.remove(readerOf(res), field(req, 'id'));
      res.redirect(303, '/desk/account?done=passkey-removed');
    }),
  ];
}
