import type { Request, Response } from 'express';
import { complaintOf, complaintSchema, isRefused, type ChatLine, type OpenChat } from '../../../cases';
import { faultsOf } from '../../../domain/basics/faults';
import type { Language, Words } from '../../../domain/basics/types';
import { isAuditor } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { sendEvidence } from '../../middleware/download';
import { field, newNonce, param, written } from '../kit/request';
import { sayIn, tellWords, type Tell, type Wording } from '../kit/wording';
import { draftContext } from './drafts';
import type { DeskNeeds } from './page';
import { faultAt, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/chats';
const addressOf = (id: string): string => `${HERE}/${encodeURIComponent(id)}`;

const DONE: DoneWords = {
  took: { zh: '已接入，客户看得到您的名字。', en: 'It is yours; the customer sees your name.' },
  released: { zh: '已转出，等别的同事接入。', en: 'Handed back: it waits for another colleague.' },
  ended: { zh: '对话已结束。', en: 'The chat has ended.' },
  filed: { zh: '已登记为投诉，客户看得到单号和查询码。', en: 'Filed: the customer sees case number and access code.' },
};
const NOTHING_SAID: Words = { zh: '没有写内容；请写好再发送', en: 'There is nothing in it; write something first' };

/** The fields of the complaint that a chat becomes: the names of what the machine asks, and `complaintSchema`'s paths. */
const FIELDS = [
  { name: 'text', path: 'text', words: { zh: '发生了什么', en: 'What happened' }, isLong: true },
  { name: 'product', path: 'product.name', words: { zh: '产品', en: 'Product' }, isLong: false },
  { name: 'orderNo', path: 'product.orderNo', words: { zh: '订单号', en: 'Order number' }, isLong: false },
  { name: 'wish', path: 'wantedRemedy', words: { zh: '希望怎样解决', en: 'What they ask for' }, isLong: false },
  { name: 'name', path: 'customer.name', words: { zh: '称呼', en: 'Name' }, isLong: false },
  { name: 'phone', path: 'customer.phone', words: { zh: '电话', en: 'Telephone' }, isLong: false },
  { name: 'email', path: 'customer.email', words: { zh: '邮箱', en: 'E-mail' }, isLong: false },
] as const;

/** Where the answer is kept that somebody types. */
const draftOf = (id: string): string => `chat/${id}`;

/** What a page is shown with, beside the chat itself. */
interface Shown {
  tell?: Tell;
  /** An answer that was not taken, with its id. */
  unsent?: { text: string; id: string };
  /** A complaint that was not taken, and what is wrong with it. */
  typed?: Record<string, string>;
  faults?: readonly { path: string; words: Words }[];
}

const lineContext = (
  id: string,
  { seq, side, by, text, isFile, at }: ChatLine,
  { language, now }: Wording,
): Context => {
  const say = sayIn(language);
  const names = { customer: say('客户', 'Customer'), machine: say('机器', 'Machine'), person: say('同事', 'Staff') };
  return {
    seq,
    side,
    by: by ? inLanguage(by, language) : names[side],
    text: isFile ? say(`文件：${text}`, `File: ${text}`) : text,
    href: isFile ? `${addressOf(id)}/files/${seq}` : null,
    at,
    time: pageTime(at, language, now),
  };
};

const stateWords = ({ status, takenBy, isOwn }: Pick<OpenChat, 'status' | 'takenBy' | 'isOwn'>, language: Language) => {
  const say = sayIn(language);
  switch (status) {
    case 'machine':
      return say('机器在应答', 'The machine answers');
    case 'waiting':
      return say('等人接入', 'Waits for a person');
    case 'ended':
      return say('已结束', 'Ended');
    case 'taken':
      return isOwn ? say('您在接', 'Yours') : say(`${takenBy?.zh ?? ''}在接`, `${takenBy?.en ?? ''} has it`);
  }
};

function fieldsContext(typed: Record<string, string>, faults: Shown['faults'], language: Language): Context[] {
  return FIELDS.map(({ name, path, words, isLong }) => ({
    name,
    label: inLanguage(words, language),
    isLong,
    value: typed[name] ?? '',
    fault: faultAt(faults, path, language),
  }));
}

/** The two pages: the chats in which a person is wanted or speaks, and one of them. */
function showing({ cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  async function all(req: Request, res: Response): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language, now } = wording;
    const listed = await cases.chats.desk.list(actorIn(res));
    const rows = listed.map((chat) => ({
      id: chat.id,
      href: addressOf(chat.id),
      about: chat.about,
      isWaiting: chat.status === 'waiting',
      state: stateWords(chat, language),
      at: chat.waitingSince ?? chat.lastAt,
      time: pageTime(chat.waitingSince ?? chat.lastAt, language, now),
      unanswered: chat.unanswered,
    }));
    answers.page(
      res,
      200,
      'chats',
      wording,
      {
        live: true,
        also: 'chats',
        heading: sayIn(language)('在线客服', 'Chats'),
        ...toldIn(req, DONE, language),
        waiting: rows.filter(({ isWaiting }) => isWaiting),
        taken: rows.filter(({ isWaiting }) => !isWaiting),
      },
      HERE,
    );
  }

  async function one(req: Request, res: Response, status: number, shown: Shown = {}): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language, now } = wording;
    const actor = actorIn(res);
    const chat = await cases.chats.desk.open(param(req, 'id'), actor);
    const isOwn = chat.isOwn && chat.status === 'taken';
    const draft = isOwn && !shown.unsent ? await cases.formDrafts.get(draftOf(chat.id), actor) : undefined;
    answers.page(
      res,
      status,
      'chat',
      wording,
      {
        live: true,
        also: 'chats',
        heading: sayIn(language)('对话', 'Chat'),
        ...(shown.tell ?? toldIn(req, DONE, language)),
        id: chat.id,
        self: addressOf(chat.id),
        state: stateWords(chat, language),
        began: pageTime(chat.startedAt, language, now),
        site: chat.site ?? null,
        caseNo: chat.caseNo ?? null,
        summary: chat.summary,
        lines: chat.lines.map((line) => lineContext(chat.id, line, wording)),
        mayTake: (chat.status === 'waiting' || chat.status === 'machine') && !isAuditor(actor),
        isOwn,
        mayFile: isOwn && chat.caseNo === undefined,
        fields: fieldsContext(shown.typed ?? chat.facts, shown.faults, language),
        isFilingOpen: shown.typed !== undefined,
        nonce: shown.unsent?.id ?? newNonce(),
        draft: draftContext(draft, draftOf(chat.id), addressOf(chat.id), wording),
        text: shown.unsent?.text ?? draft?.fields.text?.[0] ?? '',
      },
      addressOf(chat.id),
    );
  }
  return { all, one };
}

/** Online chats: who waits for a person, the longest first; taking one, answering, filing it as a complaint. */
export function chatsPage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { all, one } = showing({ cases, answers });

  /** A button: does it and goes on, or shows the chat again with what stood against it. */
  const act =
    (done: string, does: (id: string, res: Response) => Promise<void>, to = addressOf) =>
    async (req: Request, res: Response): Promise<void> => {
      const id = param(req, 'id');
      try {
        await does(id, res);
        res.redirect(303, `${to(id)}?done=${done}`);
      } catch (error) {
        if (!isRefused(error, 'conflict')) throw error;
        const { language } = answers.wordingOf(req);
        await one(req, res, 409, { tell: tellWords(error.words, language) });
      }
    };

  async function answer(req: Request, res: Response): Promise<void> {
    const id = param(req, 'id');
    const { language } = answers.wordingOf(req);
    const text = written(req, 'text');
    const nonce = field(req, 'nonce');
    if (text === undefined || !/^[\w-]{22}$/.test(nonce))
      return one(req, res, 422, { tell: tellWords(NOTHING_SAID, language) });
    try {
      await cases.chats.desk.answer(id, { id: nonce, text }, actorIn(res));
      await cases.formDrafts.remove(draftOf(id), actorIn(res));
      res.redirect(303, `${addressOf(id)}#say`);
    } catch (error) {
      if (!isRefused(error) || error.kind === 'notFound') throw error;
      const status = error.kind === 'away' ? 503 : error.kind === 'conflict' ? 409 : 422;
      await one(req, res, status, { tell: tellWords(error.words, language), unsent: { text, id: nonce } });
    }
  }

  async function file(req: Request, res: Response): Promise<void> {
    const id = param(req, 'id');
    const actor = actorIn(res);
    const { language } = answers.wordingOf(req);
    const typed = Object.fromEntries(FIELDS.map(({ name }) => [name, field(req, name).replace(/\r\n/g, '\n')]));
    const chat = await cases.chats.desk.open(id, actor);
    const body = complaintSchema.safeParse(complaintOf(typed, chat.language), { reportInput: true });
    if (!body.success) {
      const faults = faultsOf(body.error);
      const words = { zh: '还不能登记，请改好标出的几处。', en: 'It cannot be filed yet: see what is marked.' };
      return one(req, res, 422, { tell: tellWords(words, language), typed, faults });
    }
    try {
      await cases.chats.desk.file(id, body.data, actor);
      res.redirect(303, `${addressOf(id)}?done=filed`);
    } catch (error) {
      if (!isRefused(error) || error.kind === 'notFound') throw error;
      await one(req, res, 409, { tell: tellWords(error.words, language), typed });
    }
  }

  const post = (path: string, about: Words, handle: DeskRoute['handle']): DeskRoute => ({
    method: 'post',
    path: `${HERE}/:id/${path}`,
    who: 'agent',
    about,
    form: true,
    handle,
  });
  return [
    {
      method: 'get',
      path: HERE,
      who: 'agent',
      about: {
        zh: '在线客服：等人的对话，等得最久的在前',
        en: 'online chats: those that wait for a person, the longest first',
      },
      nav: { name: { zh: '在线客服', en: 'Chats' }, icon: 'i-talk' },
      handle: all,
    },
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'agent',
      about: { zh: '一个对话', en: 'one of them' },
      handle: (req, res) => one(req, res, 200),
    },
    {
      method: 'get',
      path: `${HERE}/:id/files/:seq`,
      who: 'agent',
      about: { zh: '客户在对话里发来的一个文件', en: 'a file that its customer has sent' },
      async handle(req, res) {
        const seq = param(req, 'seq');
        const number = /^[1-9]\d{0,5}$/.test(seq) ? Number(seq) : 0;
        const { file: found, content } = await cases.chats.desk.openFile(param(req, 'id'), number, actorIn(res));
        await sendEvidence(res, found, content, { inPlace: true });
      },
    },
    post(
      'take',
      { zh: '接入，别人不再回复', en: 'takes it, so that nobody else answers' },
      act('took', (id, res) => cases.chats.desk.take(id, actorIn(res))),
    ),
    post(
      'release',
      { zh: '转出，等别的同事', en: 'hands it back' },
      act(
        'released',
        (id, res) => cases.chats.desk.release(id, actorIn(res)),
        () => HERE,
      ),
    ),
    post(
      'end',
      { zh: '结束对话', en: 'ends it' },
      act(
        'ended',
        (id, res) => cases.chats.desk.end(id, actorIn(res)),
        () => HERE,
      ),
    ),
    post('answer', { zh: '回复客户', en: 'answers the customer' }, answer),
    post('file', { zh: '登记为投诉', en: 'files it as a complaint' }, file),
  ];
}
