import type { OfferView, ProgressView } from '../../../cases';
import { toMs } from '../../../domain/time/duration';
import type { Instant } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { houseLocal } from '../../../house';
import { pageTime } from '../../../render/format';
import { inLanguage, OUTCOME_WORDS, remedyText } from '../../../render/words';
import { planned, sayIn, type Wording } from '../kit/wording';
import { megabytes } from './complaint-form';
import { ownFiles } from './own-files';
import { waitingContext } from './waiting-context';
import type { Waiting } from './waiting-files';
import { handlerContext, offerReady } from './words';

/** What was typed into forms of the progress page that could not be taken, to be shown again. */
export interface Typed {
  reopen?: string;
  withdraw?: string;
  write?: string;
  chase?: string;
  suggest?: string;
  /** Files that came with it are to be chosen again; browsers do not fill a file input. */
  filesLost?: boolean;
  /** Those of its files that wait for it to be sent again. */
  waiting?: Waiting | undefined;
  /** What was typed in the form that asks for a call: `from` by the clock of the house. */
  callBack?: { from: string; note: string };
}

/** The page's heading: what happens next, who has to do it, and by when. */
function headingOf(view: ProgressView, wording: Wording): string {
  const { language, now } = wording;
  const say = sayIn(language);
  const by = (instant: Instant) => planned(instant, wording);
  if (view.stage === 'archived') {
    if (view.outcome === 'withdrawn') return say('您已撤回这件投诉', 'You have withdrawn this complaint');
    if (view.outcome === 'merged') return say('已并入另一件在办的投诉', 'Goes on together with another complaint');
    return say('这件投诉已办结', 'This complaint is closed');
  }
  if (view.offer) return offerReady(view, language);
  if (view.survey) return say('已办理完，请您评分', 'Your complaint has been dealt with; please rate us');
  if (view.paused) {
    const until = by(view.paused.until);
    switch (view.paused.reason) {
      case 'customer':
        return say(
          `在等您的消息，最晚 ${until} 继续办理`,
          `Waiting to hear from you; we continue by ${until} at the latest`,
        );
      case 'parts':
        return say(`在等配件，最晚 ${until} 继续办理`, `Waiting for parts; we continue by ${until} at the latest`);
      case 'third_party':
        return say(
          `在等第三方，最晚 ${until} 继续办理`,
          `Waiting for a third party; we continue by ${until} at the latest`,
        );
    }
  }
  switch (view.stage) {
    case 'feedback': {
      if (!view.followUp) return say('已办理完', 'Your complaint has been dealt with');
      const { byWords, dueAt } = view.followUp;
      const name = byWords ? inLanguage(byWords, language) : say('另一位同事', 'another colleague');
      return dueAt !== undefined && dueAt > now
        ? say(
            `您打的分偏低，${name}最晚 ${by(dueAt)} 联系您`,
            `Your rating was low: ${name} will contact you by ${by(dueAt)}`,
          )
        : say(`您打的分偏低，${name}会联系您`, `Your rating was low: ${name} will contact you`);
    }
    case 'revisit':
      return view.revisitBy && view.revisitBy > now
        ? say(
            `已办理完，最晚 ${by(view.revisitBy)} 回访您`,
            `Dealt with; we will contact you once more by ${by(view.revisitBy)}`,
          )
        : say('已办理完，接下来回访您', 'Dealt with; we will contact you once more');
    case 'review':
      return say('已办理完，我们在查根本原因', 'Dealt with; we are looking for the root cause');
    default:
      return inHand(view, now, by, say);
  }
}

/** The heading while the case is being worked on: the promise that is open, or an apology for one that is late. */
function inHand(
  view: ProgressView,
  now: Instant,
  by: (instant: Instant) => string,
  say: (zh: string, en: string) => string,
): string {
  const again = view.round > 1 ? `第 ${view.round} 轮，` : '';
  const againEn = view.round > 1 ? `Taken up again (round ${view.round}), ` : 'In progress, ';
  if (view.answerBy && !view.respondedAt) {
    return view.answerBy > now
      ? say(
          `正在核实，最晚 ${by(view.answerBy)} 答复您`,
          `We are looking into it; you will hear from us by ${by(view.answerBy)}`,
        )
      : say(
          `没能按时答复您，我们向您道歉。${inCharge(view, 'zh')}${stillBy(view, now, (date) => `，最晚 ${by(date)} 解决`)}`,
          `We are sorry: our answer is late. ${inCharge(view, 'en')}${stillBy(view, now, (date) => `; solved by ${by(date)}`)}`,
        );
  }
  if (view.resolveBy) {
    return view.resolveBy > now
      ? say(`${again}正在办理，最晚 ${by(view.resolveBy)} 解决`, `${againEn}to be solved by ${by(view.resolveBy)}`)
      : say(
          `没能按时解决，我们向您道歉。${inCharge(view, 'zh')}`,
          `We are sorry: the solution is late. ${inCharge(view, 'en')}`,
        );
  }
  return say(`${again}正在办理`, view.round > 1 ? `Taken up again (round ${view.round}), in progress` : 'In progress');
}

/** A sentence on who is working on a late promise and, where the delay was escalated, which role has been alerted. */
function inCharge({ handlerWords, alerted }: ProgressView, language: 'zh' | 'en'): string {
  const handler = handlerWords?.[language];
  if (language === 'zh') {
    const told = alerted && `，${alerted === 'manager' ? '经理' : '主管'}已收到提醒`;
    return `${handler ?? '我们'}正在加紧办理${told ?? ''}`;
  }
  const told = alerted && `, and a ${alerted} has been alerted`;
  return `${handler ?? 'We'} ${handler === undefined ? 'are' : 'is'} on it${told ?? ''}`;
}

/** The date of the solution while it is ahead: the date a customer can still count on when our answer is late. */
const stillBy = (view: ProgressView, now: Instant, text: (date: Instant) => string): string =>
  view.resolveBy !== undefined && view.resolveBy > now ? text(view.resolveBy) : '';

/** The remark beside a step: by when, or that it is late; null for a step that is done or has no date ahead. */
function stepNote(view: ProgressView, step: string, status: string, wording: Wording): string | null {
  const { language, now } = wording;
  const say = sayIn(language);
  const by = (instant: Instant | undefined, zh: string, en: string) =>
    instant === undefined ? null : instant > now ? say(zh, en).replace('{}', planned(instant, wording)) : null;
  if (status === 'done') return null;
  switch (step) {
    case 'contacted':
      return view.answerBy !== undefined && view.answerBy <= now
        ? say(`原定 ${planned(view.answerBy, wording)} 前，迟了`, `was due by ${planned(view.answerBy, wording)}, late`)
        : by(view.answerBy, '最晚 {}', 'by {}');
    case 'agreed':
      return view.offer ? say('等您确认方案', 'Waiting for your answer') : null;
    case 'carriedOut':
      if (view.onHold) {
        return say(
          '解决时间已停，恢复办理后顺延',
          'The time for the solution stands still and is given back when we continue',
        );
      }
      return view.resolveBy !== undefined && view.resolveBy <= now
        ? say(
            `原定 ${planned(view.resolveBy, wording)} 前，迟了`,
            `was due by ${planned(view.resolveBy, wording)}, late`,
          )
        : by(view.resolveBy, '最晚 {} 解决', 'solved by {}');
    case 'revisit':
      return by(view.revisitBy, '最晚 {}', 'by {}');
    default:
      return null;
  }
}

/**
 * An offered solution as templates show it.
 * @param url the page that answers it
 */
export function offerContext(offer: OfferView, url: string, wording: Wording): Context {
  const { language, now } = wording;
  return {
    solution: offer.solution,
    remedies: offer.remedies.map((remedy) => remedyText(remedy, language)),
    answerBy: offer.answerBy ? planned(offer.answerBy, wording) : null,
    late: offer.answerBy !== undefined && offer.answerBy <= now,
    url,
    declineUrl: `${url}?lang=${language}&decline=1`,
  };
}

/**
 * What the template `progress` is given. Forms are there only while their decision is possible.
 * @param code the access code, which the forms carry
 * @param most how many files a form may bring, and how large
 * @param typed what was typed into a form that was refused; that form is there even if its decision is not possible now, so
 *   that the words are not lost
 */
export function progressContext(
  view: ProgressView,
  code: string,
  wording: Wording,
  most: { files: number; fileBytes: number },
  typed: Typed = {},
): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const at = (instant: Instant) => pageTime(instant, language, now);
  const working = ['receive', 'grade', 'assign', 'resolve'].includes(view.stage);
  return {
    narrow: false,
    mostFiles: most.files,
    mostBytes: megabytes(most.fileBytes),
    filesLost: typed.filesLost ?? false,
    letterWaits: typed.write === undefined ? null : waitingContext(typed.waiting, wording),
    reopenWaits: typed.reopen === undefined ? null : waitingContext(typed.waiting, wording),
    caseNo: view.caseNo,
    heading: headingOf(view, wording),
    code,
    offer: view.offer ? offerContext(view.offer, `/a/${view.offer.token}`, wording) : null,
    mergedInto: view.mergedInto ?? null,
    agreed: view.agreed
      ? {
          solution: view.agreed.solution,
          remedies: view.agreed.remedies.map((remedy) => remedyText(remedy, language)),
          at: say(`${at(view.agreed.at)} 您已接受`, `You accepted it ${at(view.agreed.at)}`),
          done: view.agreed.carriedOutAt
            ? say(`${at(view.agreed.carriedOutAt)} 已办理`, `Carried out ${at(view.agreed.carriedOutAt)}`)
            : null,
        }
      : null,
    result: view.result ?? null,
    outcome: view.outcome ? inLanguage(OUTCOME_WORDS[view.outcome], language) : null,
    surveyUrl: view.survey ? `/s/${view.survey.token}?lang=${language}` : null,
    surveyUntil: view.survey?.until ? planned(view.survey.until, wording) : null,
    steps: view.steps.map(({ step, words, status, at: reached, text }) => ({
      words: inLanguage(words, language),
      mark: { done: 'done', current: 'cur', future: 'todo' }[status],
      current: status === 'current',
      at: reached ? at(reached) : null,
      iso: reached ?? null,
      note: stepNote(view, step, status, wording) ?? text ?? null,
    })),
    ...handlerContext(view, language),
    // Once there is a result, there is nothing to chase; the domain would still take it.
    chase: view.chase && working ? chaseContext(view.chase) : null,
    messages: (view.messages ?? []).map(({ at: when, from, byWords, text }) => ({
      ours: from === 'house',
      by: from === 'customer' ? say('您', 'You') : byWords ? inLanguage(byWords, language) : say('我们', 'We'),
      at: at(when),
      iso: when,
      text,
    })),
    files: ownFiles(view, code, wording),
    write: view.write
      ? {
          url: `/p/${view.caseNo}/write`,
          text: typed.write ?? '',
          open: typed.write !== undefined,
          possible: view.write.left > 0 || typed.write !== undefined,
        }
      : null,
    callBack: view.write
      ? {
          url: `/p/${view.caseNo}/call-back`,
          wanted: view.callBack
            ? view.callBack.from
              ? say(
                  `您请我们 ${at(view.callBack.from)} 起回电，我们记着`,
                  `You asked us to call from ${at(view.callBack.from)} on; we have it`,
                )
              : say('您请我们回电，我们记着', 'You asked us to call; we have it')
            : null,
          from: typed.callBack?.from ?? '',
          note: typed.callBack?.note ?? '',
          open: typed.callBack !== undefined,
          possible: view.write.left > 0 || typed.callBack !== undefined,
          earliest: houseLocal(toMs(now)),
        }
      : null,
    filesUrl:
      view.stage === 'archived'
        ? null
        : `/complain/${view.caseNo}?code=${encodeURIComponent(code)}&lang=${language}#add`,
    suggest: { url: `/p/${view.caseNo}/suggest`, text: typed.suggest ?? '', open: typed.suggest !== undefined },
    withdraw: working ? { url: `/p/${view.caseNo}/withdraw`, reason: typed.withdraw ?? null } : null,
    reopen: view.reopen
      ? {
          url: `/p/${view.caseNo}/reopen`,
          until: view.reopen.until ? planned(view.reopen.until, wording) : null,
          reason: typed.reopen ?? '',
          open: typed.reopen !== undefined,
        }
      : null,
  };

  function chaseContext({ left, nextAt }: NonNullable<ProgressView['chase']>): Context {
    const waits = nextAt !== undefined && toMs(nextAt) > toMs(now);
    return {
      url: `/p/${view.caseNo}/chase`,
      possible: (left > 0 && !waits) || typed.chase !== undefined,
      text: typed.chase ?? '',
      note:
        left <= 0
          ? say('今天的催办次数用完了，明天可以再催', 'That was the last request for today; you can ask again tomorrow')
          : waits && nextAt !== undefined
            ? say(
                `刚刚催办过，已送到负责人和主管，${at(nextAt)} 后可以再催`,
                `Your handler and their lead have your request. You can ask again after ${at(nextAt)}`,
              )
            : say(
                `今天还可以催办 ${left} 次，负责人和主管会看到`,
                `You can ask ${left === 1 ? 'once more' : `${left} more times`} today; your handler and their lead see it`,
              ),
    };
  }
}
