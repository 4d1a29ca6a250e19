import type { Request, Response } from 'express';
import { inLanguage } from '../../../render/words';
import { field } from '../kit/request';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { senderOf } from './sign-in';

const HERE = '/desk/forgot';

/** A forgotten password: asks for the sign-in name, and answers the same whether or not somebody has it. */
export function forgotPage({ cases: { signIn }, answers }: DeskNeeds): DeskRoute[] {
  function show(req: Request, res: Response, isAsked: boolean): void {
    const wording = answers.wordingOf(req);
    const title = inLanguage({ zh: '忘记密码', en: 'Forgotten password' }, wording.language);
    answers.page(res, 200, 'forgot', wording, { title, isAsked }, HERE);
  }

  return [
    {
      method: 'get',
      path: HERE,
      who: 'anybody',
      about: { zh: '忘记密码', en: 'a forgotten password' },
      handle: (req, res) => show(req, res, false),
    },
    {
      method: 'post',
      path: HERE,
      who: 'anybody',
      about: {
        zh: '忘记密码：发一封邮件，答复总是一样',
        en: 'a forgotten password: mails a link; always the same answer',
      },
      form: true,
      async handle(req, res) {
        await signIn.forgotPassword(field(req, 'name').slice(0, 200), senderOf(req));
        show(req, res, true);
      },
    },
  ];
}
