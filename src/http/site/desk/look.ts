import { field } from '../kit/request';
import { columnField, COLUMNS } from './columns';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { safeTarget } from './session';

/** Language, theme, and how lists look, kept in the browser. */
export function lookPage({ cookies }: Pick<DeskNeeds, 'cookies'>): DeskRoute[] {
  return [
    {
      method: 'post',
      path: '/desk/look',
      who: 'anybody',
      about: {
        zh: '这个浏览器里的语言、深浅色和列表的样子',
        en: 'language, theme and the look of lists in this browser',
      },
      form: true,
      handle(req, res) {
        const [language, theme] = [field(req, 'language'), field(req, 'theme')];
        cookies.keepLook(res, {
          ...cookies.look(req),
          ...((language === 'en' || language === 'zh-CN') && { language }),
          ...((theme === 'light' || theme === 'dark') && { theme }),
          ...(field(req, 'list') !== '' && {
            compact: field(req, 'compact') !== '',
            columns: COLUMNS.filter((column) => field(req, columnField(column)) !== ''),
          }),
        });
        res.redirect(303, safeTarget(field(req, 'to')));
      },
    },
  ];
}
