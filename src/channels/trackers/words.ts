import type { TicketComment } from '../../db';
import { isVisible } from '../../domain/basics/free-text';
import type { Language, Words } from '../../domain/basics/types';
import { TRACKER_KINDS, type TrackerKind } from '../../domain/case/trackers';
import { cut } from '../../render/format';
import { inLanguage } from '../../render/words';
import type { TicketWords } from './adapter';

/** By which a ticket is found again: a line of it, a label or an alias. Forty characters, the longest alias that Bugzilla takes. */
export const markOf = (ticketId: string): string => `redress-${ticketId.replaceAll('-', '')}`;

/** What a ticket is about. */
export interface Asked {
  caseNo: string;
  isAction: boolean;
  /** The request's own words; undefined: there are none, or they are erased. */
  text: string | undefined;
  /** The case on the desk. */
  url: string;
}

const ASKED: Words = { zh: '请求协助', en: 'Help is asked for' };
const ACTION: Words = { zh: '纠正措施', en: 'Corrective action' };

/** What a ticket says: the request's own words and where the case is. Nothing of the customer is added. */
export function ticketWords(
  { caseNo, isAction, text = '', url }: Asked,
  mark: string,
  language: Language,
): TicketWords {
  const what = inLanguage(isAction ? ACTION : ASKED, language);
  const [line = ''] = text.trim().split('\n');
  const say = (zh: string, en: string): string => inLanguage({ zh, en }, language);
  const ask = isAction
    ? say(
        '办好后请写一条评论再关闭，投诉系统会记下。',
        'When it is done, write a comment and close this: the case takes note.',
      )
    : say(
        '办好后请写一条评论再关闭：最后一条评论就是给案件的答复。',
        'When it is done, write a comment and close this: the last comment is the answer to the case.',
      );
  return {
    title: `[${caseNo}] ${what}${line === '' ? '' : say('：', ': ')}${cut(line.trim(), 120)}`,
    body: [text.trim(), `${say('案件', 'Case')}: ${url}`, ask, mark].filter((part) => part !== '').join('\n\n'),
    mark,
  };
}

/** What a ticket gives to the case when it is done there. @param comments of others, the newest last */
export function answerWords(
  { kind, key, language }: { kind: TrackerKind; key: string; language: Language },
  comments: readonly TicketComment[],
): string {
  const last = comments.findLast(({ text }) => isVisible(text));
  const where = `${inLanguage(TRACKER_KINDS[kind], language)} ${key}`;
  if (!last) {
    return inLanguage(
      { zh: `${where} 已办结，没有留下说明。`, en: `${where} was closed without a comment.` },
      language,
    );
  }
  return inLanguage(
    { zh: `${last.author}在 ${where} 答复：\n${last.text}`, en: `${last.author} answered in ${where}:\n${last.text}` },
    language,
  );
}

/** What is said to a ticket that was settled here. */
export const settledWords = (url: string, language: Language): string =>
  inLanguage(
    {
      zh: `这件事在投诉系统里已经了结，这里不用再办。${url}`,
      en: `This has been settled in the complaint system; nothing is left to do here. ${url}`,
    },
    language,
  );
