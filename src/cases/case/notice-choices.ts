import type { Stores } from '../../db';
import type { Staff } from '../../domain/case/permissions';
import { NOTICE_GROUPS, quietSchema, USUAL_CHOICES, type NoticeChoices } from '../../domain/policy/notice-choices';
import { invalid } from '../refused';

/** What somebody chooses of the notices to them: which come by mail as well, and when mails wait. Each their own only. */
export interface NoticeChoosing {
  /** What they have chosen, or the usual. */
  chosen(actor: Staff): Promise<NoticeChoices>;
  /**
   * Holds from now on, also for what was planned before and has not left yet.
   * @param wanted `quiet` as `quietSchema` describes it
   * @throws Refused `invalid` for a group that there is not (`bellOnly`), times that are none or the same (`quiet`)
   */
  choose(wanted: { bellOnly: readonly string[]; quiet: unknown }, actor: Staff): Promise<void>;
}

/** Builds `NoticeChoosing`. */
export function createNoticeChoosing({ choices }: { choices: Stores['noticeChoices'] }): NoticeChoosing {
  return {
    chosen: async ({ id }) => (await choices.of([id])).get(id) ?? USUAL_CHOICES,

    async choose({ bellOnly, quiet }, { id }) {
      const groups = NOTICE_GROUPS.filter((group) => bellOnly.includes(group));
      if (groups.length !== new Set(bellOnly).size) {
        const words = {
          zh: '没有这一类通知；请选页面上列出的',
          en: 'there is no such kind; choose of those on the page',
        };
        throw invalid([{ path: 'bellOnly', words }]);
      }
      const parsed = quietSchema.safeParse(quiet);
      if (!parsed.success || (parsed.data.kind === 'hours' && parsed.data.from === parsed.data.to)) {
        const words = {
          zh: '请写清从几点到几点，两个时间不能相同，例如 22:00 到 07:00',
          en: 'say from when to when, two different times, as from 22:00 to 07:00',
        };
        throw invalid([{ path: 'quiet', words }]);
      }
      await choices.keep(id, { bellOnly: groups, quiet: parsed.data });
    },
  };
}
