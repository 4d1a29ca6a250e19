/** What the machine of a chat says, in both languages. The page marks all of it as said by a machine. @module */
import type { Language, Words } from '../../domain/basics/types';
import { inLanguage } from '../../render/words';
import type { ProgressView } from '../customer/answers';
import type { Choice, World } from './terms';

type In = Pick<World, 'language'>;
const say = ({ language }: { language: Language }, zh: string, en: string): string => inLanguage({ zh, en }, language);

const CHOICE_WORDS: Record<Choice, Words> = {
  file: { zh: '提交投诉', en: 'Make a complaint' },
  progress: { zh: '查办理进展', en: 'See how a complaint stands' },
  person: { zh: '转人工', en: 'A person, please' },
  machine: { zh: '不等了', en: 'I will not wait' },
  times: { zh: '多久有结果', en: 'How long does it take' },
  hours: { zh: '几点有人', en: 'When are people there' },
  skip: { zh: '跳过', en: 'Skip' },
  send: { zh: '没有错，提交', en: 'That is right: send it' },
  again: { zh: '重新填', en: 'Start again' },
  stop: { zh: '先不填了', en: 'Not now' },
};

export const choice = (one: Choice, world: In): string => inLanguage(CHOICE_WORDS[one], world.language);

/** When people are there, to be put behind a sentence; empty without published hours. */
const there = (world: World): string => {
  if (!world.hours) return '';
  return world.hours.open
    ? say(world, '现在是工作时间，有人接。', ' It is working time, and people are there.')
    : say(world, `现在不在工作时间，${world.hours.next}有人。`, ` People are there again ${world.hours.next}.`);
};

export const greeting = (world: World): string =>
  say(
    world,
    `您好，这里是${world.org}的自动应答，由机器回复。可以在这里提交投诉、查办理进展，也可以随时转人工。${there(world)}`,
    `Hello, this is the automatic answering of ${world.org}: a machine replies. You can make a complaint here, see how one stands, or ask for a person at any time.${there(world)}`,
  );

const QUESTION: Record<string, Words> = {
  start: { zh: '要我做什么？', en: 'What can I do for you?' },
  text: {
    zh: '发生了什么？写下时间和经过就好，不用讲究措辞。',
    en: 'What happened, and when? Plain words are fine.',
  },
  product: { zh: '是什么产品或服务？', en: 'Which product or service is it about?' },
  orderNo: {
    zh: '订单号是多少？不知道可以跳过，我们代查。',
    en: 'What is the order number? Skip it if you do not know; we look it up.',
  },
  wish: { zh: '您希望怎样解决？', en: 'What would put it right?' },
  name: { zh: '怎样称呼您？', en: 'What is your name?' },
  contact: {
    zh: '留一个电话或邮箱，好有人答复您。',
    en: 'Leave a telephone number or an e-mail address, so that somebody can answer you.',
  },
  caseNo: { zh: '请写单号，例如 C261123-7KQ4MX。', en: 'What is the case number? It looks like C261123-7KQ4MX.' },
  code: {
    zh: '请写查询码，在受理回执里。查询码不会留在对话里。',
    en: 'And the access code, from its receipt? It is not kept in this chat.',
  },
};

export const question = (asks: string, world: In): string[] => {
  const asked = QUESTION[asks];
  return asked ? [inLanguage(asked, world.language)] : [];
};

/** Where articles stand: an address of the house's own site, on a line with its name. */
const ARTICLE = /^(.+) (\/help\/[0-9a-f-]{36})$/;

/** What the house has published about it, each on a line with its address. */
export const articles = (found: readonly { id: string; question: string }[], world: In): string =>
  [
    say(world, '也许这里有答案；没有就接着说：', 'Maybe the answer is here; if not, please go on:'),
    ...found.map(({ id, question: name }) => `${name.replace(/\s+/g, ' ')} /help/${id}`),
  ].join('\n');

/** The articles that a line of the machine names, and what else it says. */
export function articlesIn(text: string): { text: string; articles: { name: string; address: string }[] } {
  const lines = text.split('\n').map((line) => ({ line, found: ARTICLE.exec(line) }));
  return {
    text: lines.flatMap(({ line, found }) => (found ? [] : [line])).join('\n'),
    articles: lines.flatMap(({ found }) => (found ? [{ name: found[1] ?? '', address: found[2] ?? '' }] : [])),
  };
}

export const times = (world: World): string =>
  say(
    world,
    `提交后马上给单号；${world.times.respond}内有人答复您，${world.times.resolve}内解决。${world.times.isFaster ? '涉及安全的更快。' : ''}`,
    `You get a case number at once; a person gets back to you within ${world.times.respond}, and it is solved within ${world.times.resolve}.${world.times.isFaster ? ' Where safety is at stake we are faster.' : ''}`,
  );

export const hours = (world: World): string =>
  world.hours
    ? say(
        world,
        `工作时间：${world.hours.week}。${there(world)}投诉全天都收。`,
        `Working hours: ${world.hours.week}.${there(world)} Complaints are taken day and night.`,
      )
    : say(
        world,
        '没有公布固定的工作时间。投诉全天都收，也可以转人工，有人在就会接。',
        'No fixed hours are published. Complaints are taken day and night; ask for a person, and whoever is there answers.',
      );

export const free = (world: In): string => say(world, '投诉受理不收费。', 'Complaints are handled free of charge.');

export const backToMachine = (world: In): string =>
  say(
    world,
    '好的，不再等人。可以提交投诉，有人按您留的方式答复。',
    'All right, nobody is waited for. You can make a complaint, and somebody answers you the way you choose.',
  );
export const stopped = (world: In): string =>
  say(world, '好的，刚才写的还在，随时可以接着填。', 'All right. What you wrote is kept; go on whenever you like.');
export const full = (world: In): string =>
  say(
    world,
    '已经写满，这一段没有加进投诉；提交以后可以接着补充。',
    'There is no room for more: this was not added. Send the complaint, and add to it afterwards.',
  );
export const tooLong = (most: number, world: In): string =>
  say(world, `太长了，最多 ${most} 个字，请写短一些。`, `That is too long: ${most} characters at most, please.`);
export const noName = (world: In): string =>
  say(
    world,
    '称呼里不能有网址或邮箱，请只写称呼。',
    'A name must not hold a web or e-mail address; just the name, please.',
  );
export const noContact = (world: In): string =>
  say(
    world,
    '这不像电话或邮箱。电话请写数字，例如 138 0000 0000；邮箱应像 name@example.com。',
    'This is not a telephone number or an e-mail address. Write it like 138 0000 0000 or name@example.com.',
  );
export const noCaseNo = (world: In): string =>
  say(
    world,
    '这不是单号。单号在回执和邮件里，例如 C261123-7KQ4MX。',
    'This is not a case number. It stands on the receipt and in our mails, like C261123-7KQ4MX.',
  );
export const codeKept = (world: In): string => say(world, '（查询码）', '(access code)');

const NAMES: Record<string, Words> = {
  text: { zh: '经过', en: 'What happened' },
  product: { zh: '产品', en: 'Product' },
  orderNo: { zh: '订单号', en: 'Order number' },
  wish: { zh: '希望', en: 'Wish' },
  name: { zh: '称呼', en: 'Name' },
  phone: { zh: '电话', en: 'Telephone' },
  email: { zh: '邮箱', en: 'E-mail' },
};

/** What was told, each with its name: to be read back, and for whoever takes over. */
export const told = (facts: Record<string, string>, language: Language): { name: string; value: string }[] =>
  Object.entries(NAMES).flatMap(([field, name]) => {
    const value = facts[field];
    return value === undefined || value === '' ? [] : [{ name: inLanguage(name, language), value }];
  });

export const readBack = (facts: Record<string, string>, world: In): string =>
  [
    say(world, '我记下了这些：', 'This is what I have taken down:'),
    ...told(facts, world.language).map(({ name, value }) => say(world, `${name}：${value}`, `${name}: ${value}`)),
    say(world, '没有错就提交；要补充，直接写。', 'If it is right, send it. To add something, just write it.'),
  ].join('\n');

/** Somebody asked for a person. @param isAgain they wait already */
export const handedOver = (world: World, isAgain: boolean): string => {
  if (isAgain) return say(world, '已经在转人工，请稍等。', 'You are in line for a person already.');
  return world.hours && !world.hours.open
    ? say(
        world,
        `现在不在工作时间，${world.hours.next}有人。对话和您写的都留给同事，不用再说一遍。不想等的话，现在就可以提交投诉，有人按您留的方式答复。`,
        `It is outside working hours; people are there again ${world.hours.next}. A colleague gets this chat and all you wrote, so you need not say it again. Rather than wait you can make a complaint now, and somebody answers you the way you choose.`,
      )
    : say(
        world,
        '已转人工。对话和您写的都交给同事，不用再说一遍；等的时候可以接着写。',
        'You are in line for a person. A colleague gets this chat and all you wrote, so you need not say it again; go on writing while you wait.',
      );
};

export const nobodyYet = (world: In): string =>
  say(
    world,
    '还没有人接，您仍在等候。也可以现在提交投诉，有人按您留的方式答复，不用守在这里。',
    'Nobody has come yet; you are still in line. You can also make a complaint now: somebody answers you the way you choose, and you need not wait here.',
  );

export const cameIn = (name: string, world: In): string =>
  say(world, `${name}来了，由人回复。`, `${name} is here; a person replies now.`);

export const filed = (
  { caseNo, answerBy, resolveBy }: Record<'caseNo' | 'answerBy' | 'resolveBy', string>,
  world: In,
): string =>
  say(
    world,
    `已收到您的投诉，单号 ${caseNo}。最晚 ${answerBy} 有人答复您，最晚 ${resolveBy} 解决。在这里接着写，会加进这件投诉。`,
    `We have your complaint; the case number is ${caseNo}. Somebody gets back to you by ${answerBy}, and it is solved by ${resolveBy}. What you write here from now on is added to it.`,
  );

export const wrongCode = (world: In): string =>
  say(
    world,
    '没有这件投诉，或查询码不对。请核对后再写一次单号。',
    'There is no such complaint, or the code is another. Check them, and write the number once more.',
  );

/** Where a complaint stands. @param time makes a time as it is shown */
export function progress(view: ProgressView, world: In, time: (instant: string) => string): string {
  const { language } = world;
  const current = view.steps.find(({ status }) => status === 'current') ?? view.steps.at(-1);
  const parts = [
    current && say(world, `${view.caseNo}：${current.words.zh}。`, `${view.caseNo}: ${current.words.en}.`),
    view.handlerWords && say(world, `由${view.handlerWords.zh}负责。`, `${view.handlerWords.en} handles it.`),
    view.answerBy &&
      say(world, `最晚 ${time(view.answerBy)} 答复您。`, `Somebody gets back to you by ${time(view.answerBy)}.`),
    view.resolveBy && say(world, `最晚 ${time(view.resolveBy)} 解决。`, `It is solved by ${time(view.resolveBy)}.`),
    view.offer &&
      say(world, '有方案等您确认，请打开进展页。', 'An offer waits for your answer: open the progress page.'),
    view.survey && say(world, '请您评分，在进展页。', 'Please rate us, on the progress page.'),
    view.write && say(world, '在这里接着写，会加进这件投诉。', 'What you write here is added to it.'),
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(language === 'en' ? ' ' : '');
}

export const notFiled = (world: In): string =>
  say(
    world,
    '没有提交成功，您写的还在。请核对后再试，或转人工。',
    'It was not sent; what you wrote is kept. Check it and try again, or ask for a person.',
  );

export const filesKept = (hasCase: boolean, world: In): string =>
  hasCase
    ? say(world, '文件收到了，已加进这件投诉。', 'Thank you, the files are added to your complaint.')
    : say(world, '文件收到了，提交投诉时一起放进去。', 'Thank you, the files go with your complaint once it is made.');
export const fileRefused = (name: string, why: Words, world: In): string =>
  say(world, `“${name}”没有收下：${why.zh}。`, `“${name}” was not taken: ${why.en}.`);
export const fileNotStored = (name: string, world: In): string =>
  say(
    world,
    `“${name}”没有存下，暂时没有空间；请过一会儿再发。`,
    `“${name}” was not stored, there is no room at the moment; please send it again later.`,
  );
export const tooManyFiles = (most: number, world: In): string =>
  say(
    world,
    `一个对话最多 ${most} 个文件，已经满了；其余的请在投诉的进展页上传。`,
    `A chat takes ${most} files, and has them; please add the rest on the progress page of your complaint.`,
  );
export const tooManyAtOnce = (world: In): string =>
  say(
    world,
    '一次的文件太多，多出的没有收到，请再发一次。',
    'Too many files at once: the rest was not taken, send it again.',
  );
export const fileNotInCase = (name: string, why: Words, world: In): string =>
  say(world, `“${name}”没有加进投诉：${why.zh}。`, `“${name}” was not added to the complaint: ${why.en}.`);
