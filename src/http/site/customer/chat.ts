import type { Request, Response } from 'express';
import type { ChatLine, ChatView, Said } from '../../../cases';
import { articlesIn, isChoice } from '../../../cases';
import type { Context } from '../../../render/engine';
import { inFours, pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { eventStream } from '../kit/event-stream';
import { MOST_FILES } from './attaching';
import { readForm, type Form } from '../kit/form-data';
import type { PageRoute } from '../kit/page';
import { field, newNonce, queried, withLang, written } from '../kit/request';
import { NOTHING_TO_TELL, sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import { NOT_SAVED } from './answers';
import type { PageNeeds } from './page';
import { inFrame, siteName } from './place';

/** As `newNonce` makes them: the key of a chat, and the id of a message. */
const KEY = /^[\w-]{22}$/;
/** Pages that listen, of one server and of one chat. */
const MOST_STREAMS = 2_000;
const MOST_OF_CHAT = 5;

const ENDED = {
  zh: '这个对话已经结束，这一句没有发出；请打开新的对话。',
  en: 'This chat has ended, and this was not sent; please begin a new one.',
};

/** What a page is shown with, beside the chat itself. */
interface Shown {
  key: string;
  tell?: Tell;
  /** What could not be sent, with its id: sent again it is the same message. */
  unsent?: { text: string; id: string };
}

function lineContext({ seq, side, by, text, isFile, at }: ChatLine, { language, now }: Wording): Context {
  const say = sayIn(language);
  // Only what the machine says names articles: of others an address is just words.
  const said = side === 'machine' ? articlesIn(text) : { text, articles: [] };
  return {
    seq,
    side,
    by:
      side === 'customer'
        ? say('您', 'You')
        : side === 'machine'
          ? say('机器自动回复', 'By a machine')
          : by
            ? inLanguage(by, language)
            : say('客服', 'Staff'),
    text: isFile ? say(`文件：${text}`, `File: ${text}`) : said.text,
    articles: said.articles.map(({ name, address }) => ({ name, href: withLang(address, language) })),
    at,
    time: pageTime(at, language, now),
  };
}

/** How the chat stands, in a sentence; null: nothing has to be said. */
function stateOf({ status, lines }: ChatView, { language }: Wording): string | null {
  const say = sayIn(language);
  switch (status) {
    case 'waiting':
      return say('正在等人接入，可以接着写。', 'Waiting for a person; you can go on writing.');
    case 'taken': {
      const person = lines.findLast(({ by }) => by !== undefined)?.by;
      return person
        ? say(`正在和${person.zh}对话。`, `You are speaking with ${person.en}.`)
        : say('同事已经接入。', 'A colleague is here.');
    }
    case 'ended':
      return say('这个对话已经结束。', 'This chat has ended.');
    case 'machine':
      return null;
  }
}

/**
 * The chat with a machine that hands over to people. Whoever has its key is in it; the key is drawn with the page and sent
 * with each message, so no cookie is needed, also in a frame. Without script a message is a form, and a reload shows what
 * is new.
 */
export function chatPage(needs: PageNeeds): PageRoute[] {
  const { chat, limits, answers, place } = needs;
  const addressOf = (req: Request, key: string): string => place.to(req, '', `chat=${key}`);

  async function show(req: Request, res: Response, status: number, shown: Shown): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const view = await chat.look(shown.key);
    const { lines, choices, seq, filed, status: stands } = view ?? (await chat.welcome(language));
    const self = addressOf(req, shown.key);
    answers.page(
      res,
      status,
      'chat',
      wording,
      {
        narrow: false,
        heading: inLanguage({ zh: '在线客服', en: 'Chat with us' }, language),
        ...(shown.tell ?? NOTHING_TO_TELL),
        key: shown.key,
        begun: view !== undefined,
        ended: stands === 'ended',
        mayAttach: view !== undefined && stands !== 'ended',
        seq,
        lines: lines.map((line) => lineContext(line, wording)),
        choices,
        state: view ? stateOf(view, wording) : null,
        filed: filed ? { caseNo: filed.caseNo, code: inFours(filed.code), href: withLang(filed.url, language) } : null,
        action: withLang(place.to(req), language),
        filesTo: withLang(place.to(req, '/files'), language),
        filesId: newNonce(),
        changes: place.to(req, '/changes', `chat=${shown.key}`),
        self: withLang(self, language),
        fresh: withLang(place.to(req), language),
        pressId: newNonce(),
        id: shown.unsent?.id ?? newNonce(),
        text: shown.unsent?.text ?? '',
      },
      view ? self : place.to(req),
    );
  }

  /** What was typed or pressed; undefined: nothing. @throws an error with `status` 400 for a text that cannot be kept */
  function saidIn(req: Request): Said | undefined {
    const pressed = field(req, 'do');
    if (isChoice(pressed)) return { choice: pressed };
    const text = written(req, 'text');
    return text === undefined ? undefined : { text };
  }

  async function take(req: Request, res: Response): Promise<void> {
    if (await answers.tooOften(limits.chatLines, req, res)) return;
    const [key, id, said] = [field(req, 'chat'), field(req, 'id'), saidIn(req)];
    if (!KEY.test(key) || !KEY.test(id)) return answers.message(req, res, 400, 'malformed');
    const { language } = answers.wordingOf(req);
    const back = withLang(addressOf(req, key), language);
    if (!said) return res.redirect(303, back);
    const site = place.siteOf(req);
    const outcome = await chat.say(key, {
      id,
      said,
      language,
      ...(site !== undefined && { site: siteName(site) }),
      mayBegin: async () => !(await answers.tooOften(limits.newChats, req, res)),
    });
    const again = (status: number, tell: Tell) =>
      show(req, res, status, { key, tell, ...('text' in said && { unsent: { text: said.text, id } }) });
    switch (outcome.kind) {
      case 'held':
        return;
      case 'said':
        if (outcome.missed && (await answers.tooManyMisses(req, res))) return;
        return res.redirect(303, back);
      case 'ended':
        return again(409, tellWords(ENDED, language));
      case 'refused':
        return again(409, tellWords(outcome.words, language));
      case 'away':
        res.set('Retry-After', '5');
        return again(503, tellWords(NOT_SAVED, language));
    }
  }

  return [
    {
      method: 'get',
      path: place.path,
      who: 'anybody',
      about: { zh: `在线客服${inFrame(place).zh}`, en: `the chat${inFrame(place).en}` },
      handle(req, res) {
        const key = queried(req, 'chat');
        return show(req, res, 200, { key: KEY.test(key) ? key : newNonce() });
      },
    },
    {
      method: 'post',
      path: place.path,
      who: 'anybody',
      about: { zh: '在对话里说一句，或按一个按钮', en: 'says something in it, or presses a button' },
      form: true,
      handle: take,
    },
    {
      method: 'post',
      path: `${place.path}/files`,
      who: 'anybody',
      about: { zh: '在对话里发照片和文件', en: 'sends photos and files in it' },
      handle: (req, res) => takeFiles(needs, req, res, { show, addressOf }),
    },
    {
      method: 'get',
      path: `${place.path}/changes`,
      who: 'anybody',
      about: { zh: '对话里有新内容的推送（服务器发送事件）', en: 'that something was said, as server-sent events' },
      handle: streaming({ chat }),
    },
  ];
}

/** Takes the files of a form. Of a chat that is not known, or has ended, none is written to disk. */
async function takeFiles(
  { chat, limits, fileBytes, spool, answers }: PageNeeds,
  req: Request,
  res: Response,
  {
    show,
    addressOf,
  }: {
    show: (req: Request, res: Response, status: number, shown: Shown) => Promise<void>;
    addressOf: (req: Request, key: string) => string;
  },
): Promise<void> {
  if (await answers.tooOften(limits.uploads, req, res)) return;
  const valueOf = (values: Form['values'], name: string): string => values.get(name)?.[0] ?? '';
  const admit = async (values: Form['values']): Promise<boolean> => {
    const key = valueOf(values, 'chat');
    return KEY.test(key) && (await chat.mayAttach(key));
  };
  const form = await readForm(req, { files: MOST_FILES, fileBytes, spool, admit });
  try {
    const [key, id] = [valueOf(form.values, 'chat'), valueOf(form.values, 'id')];
    if (!KEY.test(key) || !KEY.test(id)) return answers.message(req, res, 400, 'malformed');
    const { language } = answers.wordingOf(req);
    const files = form.files.map(({ fault, ...file }) => ({ ...file, failed: fault === 'failed' }));
    const outcome = form.admitted
      ? await chat.attach(key, { id, files, more: form.moreFiles })
      : ({ kind: 'ended' } as const);
    switch (outcome.kind) {
      case 'ended':
        return await show(req, res, 409, { key, tell: tellWords(ENDED, language) });
      case 'away':
        res.set('Retry-After', '5');
        return await show(req, res, 503, { key, tell: tellWords(NOT_SAVED, language) });
      default:
        res.redirect(303, withLang(addressOf(req, key), language));
    }
  } finally {
    await form.dispose();
  }
}

/** Tells a page that something was said, and nothing of what: the page asks for itself again. */
function streaming({ chat }: Pick<PageNeeds, 'chat'>) {
  const open = new Map<string, number>();
  let all = 0;
  const count = (key: string, by: 1 | -1): void => {
    all += by;
    const left = (open.get(key) ?? 0) + by;
    if (left > 0) open.set(key, left);
    else open.delete(key);
  };
  return async (req: Request, res: Response): Promise<void> => {
    const key = queried(req, 'chat');
    if (all >= MOST_STREAMS || (open.get(key) ?? 0) >= MOST_OF_CHAT) {
      res.status(503).set('Retry-After', '30').end();
      return;
    }
    let send: ((text: string) => void) | undefined;
    let isMissed = false;
    const said = 'event: said\ndata:\n\n';
    const followed = KEY.test(key)
      ? await chat.follow(key, {
          changed: () => (send ? send(said) : (isMissed = true)),
          ended: () => void res.end(),
        })
      : undefined;
    // A browser does not come back after this.
    if (!followed) return void res.status(204).end();
    if (res.destroyed) return followed.end();
    count(key, 1);
    res.once('close', () => {
      count(key, -1);
      followed.end();
    });
    send = eventStream(res);
    send('retry: 1000\n\n');
    const last = Number(req.get('Last-Event-ID') ?? queried(req, 'after'));
    if (isMissed || !(last >= followed.seq)) send(`id: ${followed.seq}\n${said}`);
  };
}
