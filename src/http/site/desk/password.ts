import type { Request, Response } from 'express';
import { isRefused, type OpenLink } from '../../../cases';
import type { Language } from '../../../domain/basics/types';
import { inLanguage } from '../../../render/words';
import { field, param } from '../kit/request';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { senderOf, showCode } from './sign-in';

/** What is wrong with what was typed, by field. */
type Faults = Partial<Record<'name' | 'password', string>>;

const TWICE = {
  zh: '两次输入的密码不一样，请再输一次',
  en: 'the two passwords differ; please type them again',
};

/** The links by which somebody sets their password: of the first admin, of an invitation, and after one was lost. */
export function passwordPage({ cases: { signIn }, answers, cookies }: DeskNeeds): DeskRoute[] {
  const askForCode = showCode(answers);

  function show(
    req: Request,
    res: Response,
    status: number,
    link: OpenLink,
    { name = link.name ?? '', faults = {} }: { name?: string; faults?: Faults } = {},
  ): void {
    const wording = answers.wordingOf(req);
    const say = (zh: string, en: string): string => inLanguage({ zh, en }, wording.language);
    const person = inLanguage(link.person, wording.language);
    const heading = {
      firstAdmin: say('设置管理员账号', "Set up the admin's account"),
      invite: say(`${person}，欢迎`, `Welcome, ${person}`),
      reset: say('设置新密码', 'Set a new password'),
    }[link.purpose];
    const context = {
      heading,
      chooses: link.name === undefined,
      name,
      nameFault: faults.name ?? null,
      passwordFault: faults.password ?? null,
    };
    answers.page(res, status, 'password', wording, context, req.path);
  }

  async function set(req: Request, res: Response): Promise<void> {
    const token = param(req, 'token');
    const link = await signIn.openLink(token);
    const [name, password] = [field(req, 'name'), field(req, 'password')];
    const { language } = answers.wordingOf(req);
    if (password !== field(req, 'again')) {
      return show(req, res, 422, link, { name, faults: { password: inLanguage(TWICE, language) } });
    }
    try {
      const entry = await signIn.useLink(token, { password, ...(link.name === undefined && { name }) }, senderOf(req));
      if (entry.is === 'needsCode') return askForCode(req, res, 200, { ticket: entry.ticket, to: '/desk' });
      cookies.keep(res, entry);
      res.redirect(303, '/desk');
    } catch (error) {
      if (!isRefused(error, 'invalid')) throw error;
      show(req, res, 422, link, { name, faults: faultsIn(error.details.faults ?? [], language) });
    }
  }

  const routes = (path: string, who: string, zh: string): DeskRoute[] => [
    {
      method: 'get',
      path,
      who: 'anybody',
      about: { zh: `${zh}：设置密码的页面`, en: `${who}: the page that sets the password` },
      handle: async (req, res) => show(req, res, 200, await signIn.openLink(param(req, 'token'))),
    },
    {
      method: 'post',
      path,
      who: 'anybody',
      about: { zh: `${zh}：设置密码，只一次`, en: `${who}: sets the password, once` },
      form: true,
      handle: set,
    },
  ];
  return [
    ...routes('/first/:token', 'the first admin, by the link', '首位管理员凭链接'),
    ...routes('/password/:token', 'staff, by the link', '员工凭链接'),
  ];
}

function faultsIn(faults: readonly { path: string; words: { zh: string; en: string } }[], language: Language): Faults {
  const found: Faults = {};
  for (const { path, words } of faults) {
    if (path === 'name' || path === 'password') found[path] ??= inLanguage(words, language);
  }
  return found;
}
