import type { Request, Response } from 'express';
import { isRefused, type AccessNote, type GivenLink, type PersonAccess } from '../../../cases';
import type { Language, Words } from '../../../domain/basics/types';
import { ROLE_WORDS } from '../../../domain/basics/words';
import { atLeast } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, queried } from '../kit/request';
import { planned, sayIn, type Wording } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/people';

/** What is shown beside the list. */
interface Shown {
  /** Whose form is open: a user id. */
  open?: string;
  /** A link that was just made; it is shown in this one answer. */
  link?: GivenLink;
  /** What is wrong with the name that was typed. */
  fault?: { name: string; words: Words };
}

const ACT_WORDS: Record<AccessNote['act'], Words> = {
  invited: { zh: '生成了邀请链接', en: 'invitation made' },
  resetGiven: { zh: '生成了重设密码的链接', en: 'link for a new password made' },
  codeRemoved: { zh: '取消了两步验证', en: 'second factor removed' },
  mailAsked: { zh: '忘了密码，发了邮件', en: 'forgot the password, mail sent' },
  singleSignOn: { zh: '第一次用企业账号登录', en: 'first sign-in with the company account' },
  sessionsEnded: { zh: '结束了所有登录', en: 'all sessions ended' },
  passkeyAdded: { zh: '添加了通行密钥', en: 'passkey added' },
  passkeyRemoved: { zh: '移除了通行密钥', en: 'passkey removed' },
  passkeyCopied: {
    zh: '有一把通行密钥的计数倒退，可能被复制过，没让它登录',
    en: 'a passkey counted backwards, as a copy of it would; it was refused',
  },
};

/** What somebody did who was not signed in. */
const AT_SIGN_IN: readonly AccessNote['act'][] = ['mailAsked', 'singleSignOn', 'passkeyCopied'];

/** The ways in of all staff: who can sign in and how, links to hand over, and ending sessions. */
export function peoplePage({ cases: { signIn, roster }, answers }: DeskNeeds): DeskRoute[] {
  async function show(req: Request, res: Response, status: number, shown: Shown = {}): Promise<void> {
    const reader = actorIn(res);
    const wording = answers.wordingOf(req);
    const { language, now } = wording;
    const say = sayIn(language);
    const mayGive = atLeast(reader, 'admin');
    const [people, notes, departments] = await Promise.all([
      signIn.people(reader),
      signIn.accessNotes(reader),
      roster.departments(),
    ]);
    const teams = new Map(departments.map(({ id, name }) => [id, inLanguage(name, language)]));
    const rows = people.map((person) => ({
      ...rowContext(person, teams, wording),
      form: mayGive && person.active && person.id === shown.open ? formContext(person, shown, wording) : null,
      openHref:
        mayGive && person.active && person.id !== shown.open ? `${HERE}?person=${person.id}#${person.id}` : null,
    }));
    const tell = told(req, people, language);
    answers.page(
      res,
      status,
      'people',
      wording,
      {
        heading: say('员工账号', 'Accounts of staff'),
        tell,
        tellWarns: false,
        ready: people.filter(({ state, active }) => active && state === 'ready').length,
        count: people.filter(({ active }) => active).length,
        people: rows.filter((_row, index) => people[index]?.active),
        former: rows.filter((_row, index) => !people[index]?.active),
        notes: notes.map(({ person, act, by, at }) => ({
          at: pageTime(at, language, now),
          person: inLanguage(person, language),
          act: inLanguage(ACT_WORDS[act], language),
          by: by
            ? inLanguage(by, language)
            : AT_SIGN_IN.includes(act)
              ? say('登录页', 'sign-in page')
              : say('命令行', 'command line'),
        })),
      },
      HERE,
    );
  }

  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: { zh: '员工账号：谁能登录、发链接、结束登录', en: 'accounts of staff: who can sign in, links, sessions' },
      nav: { name: { zh: '员工账号', en: 'Accounts' }, icon: 'i-users', isOfHouse: true },
      handle: (req, res) => show(req, res, 200, { open: queried(req, 'person') }),
    },
    {
      method: 'post',
      path: `${HERE}/link`,
      who: 'admin',
      about: { zh: '生成邀请或重设密码的链接', en: 'makes an invitation, or a link for a new password' },
      form: true,
      async handle(req, res) {
        const [open, name] = [field(req, 'person'), field(req, 'name').trim()];
        const withoutCode = field(req, 'withoutCode') === 'yes';
        try {
          const link = await signIn.giveLink(open, { ...(name !== '' && { name }), withoutCode }, actorIn(res));
          await show(req, res, 200, { open, link });
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          await show(req, res, 422, { open, fault: { name, words: error.details.faults?.[0]?.words ?? error.words } });
        }
      },
    },
    {
      method: 'post',
      path: `${HERE}/end`,
      who: 'admin',
      about: { zh: '结束某人的所有登录', en: 'ends all sessions of somebody' },
      form: true,
      async handle(req, res) {
        const person = field(req, 'person');
        await signIn.endSessionsOf(person, actorIn(res));
        res.redirect(303, `${HERE}?ended=${encodeURIComponent(person)}`);
      },
    },
    {
      method: 'post',
      path: `${HERE}/passkeys`,
      who: 'admin',
      about: {
        zh: '移除某人的所有通行密钥，并结束登录',
        en: 'removes all passkeys of somebody, and ends their sessions',
      },
      form: true,
      async handle(req, res) {
        const person = field(req, 'person');
        await signIn.removePasskeysOf(person, actorIn(res));
        res.redirect(303, `${HERE}?without=${encodeURIComponent(person)}`);
      },
    },
  ];
}

/** What was just done, by the address that the form led to. */
function told(req: Request, people: readonly PersonAccess[], language: Language): string | null {
  const [ended, without] = ['ended', 'without'].map((name) => people.find(({ id }) => id === queried(req, name)));
  const one = without ?? ended;
  if (!one) return null;
  const person = inLanguage(one.person, language);
  const words = without
    ? {
        zh: `${person}的通行密钥都已移除，登录都已结束。`,
        en: `All passkeys of ${person} are removed, and their sessions have ended.`,
      }
    : { zh: `${person}的登录都已结束。`, en: `All sessions of ${person} have ended.` };
  return inLanguage(words, language);
}

function rowContext(person: PersonAccess, teams: ReadonlyMap<string, string>, wording: Wording): Context {
  const { language } = wording;
  const say = sayIn(language);
  const { name, state, secondFactor, passkeys, lockedUntil, sessions } = person;
  return {
    id: person.id,
    who: inLanguage(person.person, language),
    role: inLanguage(ROLE_WORDS[person.role], language),
    team: teams.get(person.team) ?? person.team,
    name: name ?? null,
    state: {
      none: say('没有账号', 'no account'),
      invited: say('已邀请，还没设密码', 'invited, no password yet'),
      ready: say('能登录', 'can sign in'),
    }[state],
    isReady: state === 'ready',
    secondFactor: state === 'ready' ? factorWords(secondFactor, language) : null,
    passkeys:
      passkeys === 0 ? null : say(`${passkeys} 把通行密钥`, passkeys === 1 ? '1 passkey' : `${passkeys} passkeys`),
    locked:
      lockedUntil === undefined
        ? null
        : say(`锁定到 ${planned(lockedUntil, wording)}`, `locked until ${planned(lockedUntil, wording)}`),
    sessions: sessions === 0 ? null : say(`${sessions} 处登录`, sessions === 1 ? '1 session' : `${sessions} sessions`),
  };
}

const factorWords = (isOn: boolean, language: Language): string =>
  isOn
    ? inLanguage({ zh: '有两步验证', en: 'second factor on' }, language)
    : inLanguage({ zh: '没有两步验证', en: 'no second factor' }, language);

/** The form of one person, or the link that it made. */
function formContext(person: PersonAccess, { link, fault }: Shown, wording: Wording): Context {
  return {
    asksName: person.state === 'none',
    name: fault?.name ?? person.suggestedName ?? '',
    nameFault: fault ? inLanguage(fault.words, wording.language) : null,
    isInvitation: person.state !== 'ready',
    mayDropCode: person.secondFactor,
    hasSessions: person.sessions > 0,
    passkeys: person.passkeys,
    link: link
      ? {
          url: link.url,
          name: link.name ?? '',
          until: planned(link.expiresAt, wording),
          invites: link.purpose === 'invite',
        }
      : null,
  };
}
