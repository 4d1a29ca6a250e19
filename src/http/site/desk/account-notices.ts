import type { Request, Response } from 'express';
import { actorOf, isRefused } from '../../../cases';
import type { Words } from '../../../domain/basics/types';
import { NOTICE_GROUP_WORDS, NOTICE_GROUPS, type NoticeChoices } from '../../../domain/policy/notice-choices';
import { inLanguage } from '../../../render/words';
import { field, queried } from '../kit/request';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { readerOf } from './session';

const HERE = '/desk/account/notices';

const DONE: Words = { zh: '已保存，马上生效。', en: 'Saved. It holds from now on.' };

/** What the page has typed or chosen; times of quiet hours stay there while another way is chosen. */
interface Typed {
  bellOnly: readonly string[];
  quiet: { kind: string; from: string; to: string };
}

const USUAL_HOURS = { from: '22:00', to: '07:00' };

/** Which notices somebody also gets by mail, and when mails wait for them. */
export function accountNoticesPage({ cases: { noticeChoices }, answers }: DeskNeeds): DeskRoute[] {
  function show(req: Request, res: Response, status: number, typed: Typed, told: { tell?: Words; fault?: Words }) {
    const wording = answers.wordingOf(req);
    const say = (words: Words): string => inLanguage(words, wording.language);
    answers.page(res, status, 'account-notices', wording, {
      heading: say({ zh: '通知怎样送到', en: 'How notices reach me' }),
      tell: told.tell ? say(told.tell) : null,
      tellWarns: false,
      fault: told.fault ? say(told.fault) : null,
      groups: NOTICE_GROUPS.map((group) => ({
        group,
        name: say(NOTICE_GROUP_WORDS[group].name),
        about: say(NOTICE_GROUP_WORDS[group].about),
        byMail: !typed.bellOnly.includes(group),
      })),
      off: typed.quiet.kind === 'off',
      working: typed.quiet.kind === 'working',
      hours: typed.quiet.kind === 'hours',
      from: typed.quiet.from,
      to: typed.quiet.to,
    });
  }

  return [
    {
      method: 'get',
      path: HERE,
      who: 'colleague',
      about: {
        zh: '通知怎样送到：哪些也发邮件，什么时候不打扰',
        en: 'how notices reach me: which by mail, when they wait',
      },
      async handle(req, res) {
        const chosen = await noticeChoices.chosen(actorOf(readerOf(res).user));
        show(req, res, 200, typedAs(chosen), queried(req, 'done') === 'yes' ? { tell: DONE } : {});
      },
    },
    {
      method: 'post',
      path: HERE,
      who: 'colleague',
      own: true,
      about: { zh: '选择通知怎样送到', en: 'chooses how notices reach one' },
      form: true,
      async handle(req, res) {
        const kind = field(req, 'quiet');
        const hours = { from: field(req, 'from'), to: field(req, 'to') };
        const bellOnly = NOTICE_GROUPS.filter((group) => field(req, `mail-${group}`) === '');
        try {
          await noticeChoices.choose(
            { bellOnly, quiet: kind === 'hours' ? { kind, ...hours } : { kind } },
            actorOf(readerOf(res).user),
          );
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          const fault = error.details.faults?.[0]?.words ?? error.words;
          return show(req, res, 422, { bellOnly, quiet: { kind, ...hours } }, { fault });
        }
        res.redirect(303, `${HERE}?done=yes`);
      },
    },
  ];
}

const typedAs = ({ bellOnly, quiet }: NoticeChoices): Typed => ({ bellOnly, quiet: { ...USUAL_HOURS, ...quiet } });
