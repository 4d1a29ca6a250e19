/**
 * The machine of a chat: pure, and it only screens. It asks for what a complaint needs, answers from what the house has
 * published (its promised times and hours), finds out whose progress is asked for, and stands back as soon as a person is
 * wanted. It decides nothing, and invents nothing.
 * @module
 */
import { isCutMobile, readEmail, readPhone, holdsAddress } from '../../contact';
import type { ChatBot } from '../../db/records';
import { isCaseNumber, readCaseNumber } from '../../domain/basics/ids';
import { MOST_TEXT } from '../filing/complaint-input';
import type { Choice, World } from './terms';
import * as words from './words';

/** What can be asked, in this order; the first two are needed to go on, as are the last two. */
const QUESTIONS = ['text', 'product', 'orderNo', 'wish', 'name', 'contact'] as const;
type Question = (typeof QUESTIONS)[number];
const SKIPPABLE: readonly Question[] = ['product', 'orderNo', 'wish'];
const isQuestion = (asks: string): asks is Question => (QUESTIONS as readonly string[]).includes(asks);

/** What the customer says: words, or something pressed. */
export type Said = { text: string } | { choice: Choice };

/** What has to be done before the machine can go on. */
export type Effect =
  { kind: 'person' } | { kind: 'machine' } | { kind: 'file' } | { kind: 'progress'; caseNo: string; code: string };

/** One turn of the machine. */
export interface Turn {
  bot: ChatBot;
  /** What it says, one message each. */
  lines: string[];
  /** What is kept of what the customer said, where that is not the words themselves: no code is. */
  kept?: string;
  /** The question that the customer has answered; undefined: free words. */
  about?: string;
  effect?: Effect;
}

export const NEW_BOT: ChatBot = { asks: 'start', facts: {} };

/** Lets go of control characters, which the one line of a field cannot hold. */
const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/** One turn: what the machine makes of what the customer says. */
export function turn(bot: ChatBot, said: Said, world: World): Turn {
  const about = bot.asks;
  if ('choice' in said)
    return { ...pressed(bot, said.choice, world), kept: words.choice(said.choice, world), about: 'choice' };
  const text = said.text.trim();
  if (WANTS_PERSON.test(text)) return { bot, lines: [], about: 'choice', effect: { kind: 'person' } };
  if (about === 'start' && GREETING.test(text)) return { bot, lines: question(bot, world), about: 'question' };
  const published = answerOf(text, bot, world);
  if (published !== undefined) return { bot, lines: [published, ...question(bot, world)], about: 'question' };
  if (about === 'start' && isCaseNumber(readCaseNumber(text))) return typed({ ...bot, asks: 'caseNo' }, text, world);
  return typed(bot, text, world);
}

/** After something was pressed. */
function pressed(bot: ChatBot, choice: Choice, world: World): Turn {
  switch (choice) {
    case 'person':
      return { bot, lines: [], effect: { kind: 'person' } };
    case 'machine':
      return { bot: asking(bot, 'start'), lines: [words.backToMachine(world)], effect: { kind: 'machine' } };
    case 'file':
      return next(bot, world);
    case 'progress':
      return ask({ ...bot, asks: 'caseNo' }, world);
    case 'times':
      return { bot, lines: [words.times(world), ...question(bot, world)] };
    case 'hours':
      return { bot, lines: [words.hours(world), ...question(bot, world)] };
    case 'skip':
      return isQuestion(bot.asks) && SKIPPABLE.includes(bot.asks)
        ? next(withFact(bot, bot.asks, ''), world)
        : { bot, lines: question(bot, world) };
    case 'send':
      return bot.asks === 'confirm' ? { bot, lines: [], effect: { kind: 'file' } } : next(bot, world);
    case 'again':
      return next({ asks: 'text', facts: {} }, world);
    case 'stop':
      return { bot: asking(bot, 'start'), lines: [words.stopped(world)] };
  }
}

/** After something was typed. */
function typed(bot: ChatBot, text: string, world: World): Turn {
  const { asks } = bot;
  switch (asks) {
    case 'start':
    case 'text':
    case 'confirm': {
      const before = bot.facts.text;
      const whole = before === undefined ? text : `${before}\n${text}`;
      if (whole.length > MOST_TEXT) return { bot, lines: [words.full(world), ...question(bot, world)], about: 'text' };
      const made = next(withFact(bot, 'text', whole), world);
      const { articles = [] } = world;
      // They stand before the next question, which is asked all the same: nobody has to read them.
      const lines = before === undefined && articles.length > 0 ? [words.articles(articles, world)] : [];
      return { ...made, lines: [...lines, ...made.lines], about: 'text' };
    }
    case 'product':
    case 'orderNo':
    case 'wish':
    case 'name':
    case 'contact':
      return answered(bot, asks, text, world);
    case 'caseNo': {
      const caseNo = readCaseNumber(text);
      return isCaseNumber(caseNo)
        ? { ...ask({ ...withFact(bot, 'caseNo', caseNo), asks: 'code' }, world), about: 'caseNo' }
        : { bot, lines: [words.noCaseNo(world)], about: 'caseNo' };
    }
    case 'code':
      return {
        bot,
        lines: [],
        kept: words.codeKept(world),
        about: 'code',
        effect: { kind: 'progress', caseNo: bot.facts.caseNo ?? '', code: text },
      };
    default:
      // A person is wanted or speaks: the machine listens.
      return { bot, lines: [] };
  }
}

/** The most characters of each answer, as `complaintSchema` takes them. */
const MOST: Record<Exclude<Question, 'text' | 'contact'>, number> = {
  product: 200,
  orderNo: 100,
  wish: 2_000,
  name: 80,
};

/** After an answer to a question of one line. */
function answered(bot: ChatBot, asks: Exclude<Question, 'text'>, text: string, world: World): Turn {
  const line = oneLine(text);
  const wrong = (told: string): Turn => ({ bot, lines: [told], about: asks });
  if (asks === 'contact') {
    const reached = contactOf(line);
    return reached === undefined
      ? wrong(words.noContact(world))
      : { ...next(withFact(bot, reached.field, reached.value, 'contact'), world), about: asks };
  }
  if (line.length > MOST[asks]) return wrong(words.tooLong(MOST[asks], world));
  if (asks === 'name' && holdsAddress(line)) return wrong(words.noName(world));
  return { ...next(withFact(bot, asks, line), world), about: asks };
}

/** A telephone number or mail address that somebody can be answered at, as it was typed. */
function contactOf(line: string): { field: 'phone' | 'email'; value: string } | undefined {
  if (line.includes('@')) return 'address' in readEmail(line) ? { field: 'email', value: line } : undefined;
  return line.length <= 60 && readPhone(line) !== undefined && !isCutMobile(line)
    ? { field: 'phone', value: line }
    : undefined;
}

const asking = (bot: ChatBot, asks: string): ChatBot => ({ ...bot, asks });
const withFact = (bot: ChatBot, name: string, value: string, ...also: string[]): ChatBot => ({
  ...bot,
  facts: { ...bot.facts, [name]: value, ...Object.fromEntries(also.map((one) => [one, value])) },
});

/** Asks for what is missing still; with nothing missing, reads it back. */
function next(bot: ChatBot, world: World): Turn {
  return ask(asking(bot, QUESTIONS.find((one) => bot.facts[one] === undefined) ?? 'confirm'), world);
}

const ask = (bot: ChatBot, world: World): Turn => ({ bot, lines: question(bot, world) });

/** The question that stands, in words. */
function question(bot: ChatBot, world: World): string[] {
  return bot.asks === 'confirm' ? [words.readBack(bot.facts, world)] : words.question(bot.asks, world);
}

/** Words by which somebody asks for a person: a whole message, since complaints speak of staff as well. */
const WANTS_PERSON =
  /^(?:(?:我要|我想|请|帮我|麻烦|可以)*(?:转接?|找|要|换|接)?(?:一?个)?(?:人工|真人|活人|人工客服|客服人员|在线客服|客服|转人工)(?:客服|服务)?(?:吗|吧|谢谢)?|(?:i (?:want|need|would like) (?:to (?:speak|talk) (?:to|with) )?|(?:can|could|may) i (?:speak|talk) (?:to|with) |(?:speak|talk) (?:to|with) )?(?:a |an )?(?:real |live )?(?:person|human|human being|agent|somebody|someone)(?: please)?)[。.!！?？~～\s]*$/iu;

/** Who only greets has not complained yet. */
const GREETING =
  /^(?:你好|您好|哈[喽啰]|在吗|在不在|有人(?:在)?吗|早上好|下午好|晚上好|hi|hello|hey|good (?:morning|afternoon|evening)|anybody there)[啊呀，,。.!！?？~～\s]*$/iu;

const TIMES = /多久|几天|多长时间|什么时候.{0,6}(?:答复|回复|解决|处理|办好)|how long|how soon|when will/iu;
const HOURS = /几点|上班|下班|工作时间|营业时间|什么时候有人|opening hours|office hours|working hours|what hours/iu;
const FREE = /收费|要钱|要不要钱|免费|费用多少|free of charge|any (?:fee|charge)|does it cost/iu;
/** A question to the house is short, and looks like one where words are expected that complain. */
const MOST_ASKED = 40;

/** What the house has published about what is asked; undefined: nothing, or nothing is asked. */
function answerOf(text: string, { asks }: ChatBot, world: World): string | undefined {
  const isAsked = /[?？吗呢么]\s*$/u.test(text) || (asks === 'start' && text.length <= 12);
  if (text.length > MOST_ASKED || !isAsked || !['start', ...QUESTIONS, 'confirm'].includes(asks)) return undefined;
  if (HOURS.test(text)) return words.hours(world);
  if (TIMES.test(text)) return words.times(world);
  if (FREE.test(text)) return words.free(world);
  return undefined;
}

/** What can be pressed now. */
export function choicesOf(bot: ChatBot, status: 'machine' | 'waiting' | 'taken' | 'ended', hasCase: boolean): Choice[] {
  if (status === 'ended' || status === 'taken') return [];
  const person: Choice[] = status === 'waiting' ? ['machine'] : ['person'];
  const { asks } = bot;
  if (asks === 'confirm') return ['send', 'again', ...person];
  if (isQuestion(asks)) return [...(SKIPPABLE.includes(asks) ? ['skip' as const] : []), 'stop', ...person];
  if (asks === 'caseNo' || asks === 'code') return ['stop', ...person];
  if (hasCase) return person;
  return asks === 'person' ? ['file', ...person] : ['file', 'progress', 'times', ...person];
}

/** The machine stands back: whatever is typed is for a person. */
export const listening = (bot: ChatBot): ChatBot => asking(bot, 'person');

/** A complaint was filed, or its progress told: whatever is typed is for that case. */
export const withCase = (bot: ChatBot): ChatBot => asking(bot, 'case');

/** The number and code did not fit: the number is asked for again. */
export const asksAgain = (bot: ChatBot): ChatBot => asking(bot, 'caseNo');

/** Back at the beginning, with what has been told. */
export const atStart = (bot: ChatBot): ChatBot => asking(bot, 'start');

/** Whether what is typed now is the first that is told of what happened. */
export const tellsFirst = ({ asks, facts }: ChatBot): boolean =>
  (asks === 'start' || asks === 'text') && facts.text === undefined;
