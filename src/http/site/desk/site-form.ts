import { LANGUAGES, type Language, type Words } from '../../../domain/basics/types';
import { inLanguage } from '../../../render/words';
import { CHANNELS_PAGE } from './connections';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';

const HERE = '/desk/site-form';

/** What is put into a page of the house's site, by the language of that page. @param publicUrl our own address */
export const snippetOf = (publicUrl: string, lang: Language): string =>
  [
    `<script src="${publicUrl}/public/embed.js" data-lang="${lang}" async></script>`,
    `<a href="${publicUrl}/complain?lang=${lang}">${lang === 'en' ? 'Make a complaint' : '提交投诉'}</a>`,
  ].join('\n');

/** The same for the chat: one line. */
export const chatSnippetOf = (publicUrl: string, lang: Language): string =>
  `<script src="${publicUrl}/public/embed-chat.js" data-lang="${lang}" async></script>`;

const PAGES_IN: Record<Language, Words> = {
  'zh-CN': { zh: '中文网页', en: 'For a page in Chinese' },
  en: { zh: '英文网页', en: 'For a page in English' },
};

/** Complaint form and chat in pages of the house's own site: which sites may show it, and what is put into them. */
export function siteFormPage({ answers, publicUrl, embedSites }: DeskNeeds): DeskRoute[] {
  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: { zh: '把投诉表单和在线客服放进本单位的网站', en: 'complaint form and chat on the house’s own site' },
      nav: {
        name: { zh: '网站表单', en: 'Form on your site' },
        icon: 'i-globe',
        isOfHouse: true,
        behind: CHANNELS_PAGE,
      },
      handle(req, res) {
        const wording = answers.wordingOf(req);
        const origin = new URL(publicUrl).origin;
        answers.page(
          res,
          200,
          'site-form',
          wording,
          {
            heading: inLanguage({ zh: '网站表单', en: 'Form on your site' }, wording.language),
            sites: embedSites,
            snippets: LANGUAGES.map((lang) => ({
              lang,
              name: inLanguage(PAGES_IN[lang], wording.language),
              code: snippetOf(origin, lang),
              chat: chatSnippetOf(origin, lang),
            })),
            policy: `script-src ${origin}; frame-src ${origin}`,
          },
          HERE,
        );
      },
    },
  ];
}
