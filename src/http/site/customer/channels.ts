import type { Language } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { hoursRows, span } from '../../../render/lengths';
import type { PageRoute } from '../kit/page';
import { sayIn, type Wording } from '../kit/wording';
import { same } from './complaint-form';
import type { TimeLimits } from './contract';
import type { PageNeeds } from './page';

/** The promised times, each with what is promised and how long it takes at most. */
function timeRows(limits: TimeLimits, language: Language): Context[] {
  const say = sayIn(language);
  const long = (length: TimeLimits['respond']): string => span(length, language);
  const major = (usual: TimeLimits['respond'], urgent: TimeLimits['respond'], zh: string, en: string): string | null =>
    same(usual, urgent) ? null : say(`${zh} ${long(urgent)}内`, `${en} within ${long(urgent)}`);
  return [
    { what: say('给您单号和查询码', 'Case number and access code'), when: say('马上', 'at once'), more: null },
    {
      what: say('有人答复您', 'A person gets back to you'),
      when: say(`${long(limits.respond)}内`, `within ${long(limits.respond)}`),
      more: major(
        limits.respond,
        limits.respondMajor,
        '涉及人身安全的重大投诉',
        'major complaints, where safety is at stake,',
      ),
    },
    {
      what: say('解决', 'Your complaint is solved'),
      when: say(`${long(limits.resolve)}内`, `within ${long(limits.resolve)}`),
      more: major(limits.resolve, limits.resolveMajor, '重大投诉', 'major complaints'),
    },
    {
      what: say('办结后发现没解决，可以要求继续办理', 'If it turns out not to be solved, you can ask us to continue'),
      when: say(`办结后 ${long(limits.reopenWithin)}内`, `up to ${long(limits.reopenWithin)} after it was closed`),
      more: null,
    },
  ];
}

/** What the template `channels` is given. @param limits undefined while they cannot be read: they are then not shown */
export function channelsContext(limits: TimeLimits | undefined, { language }: Wording): Context {
  const say = sayIn(language);
  return {
    narrow: true,
    heading: say('怎样投诉，多久办好', 'How to complain, and how long it takes'),
    hours: limits?.hours ? hoursRows(limits.hours, language) : [],
    times: limits ? timeRows(limits, language) : null,
  };
}

/** The page that says how to complain, what happens then and by when, and where else to turn. Open to everybody. */
export function channelsPage({ cases, intake, answers }: PageNeeds): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/channels',
      who: 'anybody',
      about: { zh: '投诉渠道、流程、时限和求助途径', en: 'how to complain, the process, its time limits and recourse' },
      async handle(req, res) {
        const wording = answers.wordingOf(req);
        // Without Postgres the page still says how to reach us.
        const limits = await intake.limits().catch((error: unknown) => {
          if (cases.isAway(error)) return undefined;
          throw error;
        });
        answers.page(res, 200, 'channels', wording, channelsContext(limits, wording), '/channels');
      },
    },
  ];
}
