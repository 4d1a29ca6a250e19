import { field } from '../kit/request';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { safeTarget } from './session';

/** Language and theme, kept in the browser. */
export function lookPage({ cookies }: Pick<DeskNeeds, 'cookies'>): DeskRoute[] {
  return [
    {
      method: 'post',
      path: '/desk/look',
      who: 'anybody',
      about: { zh: '这个浏览器里的语言和深浅色', en: 'language and theme in this browser' },
      form: true,
      handle(req, res) {
        const [language, theme] = [field(req, 'language'), field(req, 'theme')];
        cookies.keepLook(res, {
          ...cookies.look(req),
          ...((language === 'en' || language === 'zh-CN') && { language }),
          ...((theme === 'light' || theme === 'dark') && { theme }),
        });
        res.redirect(303, safeTarget(field(req, 'to')));
      },
    },
  ];
}
