/**
 * What the pages have in common about what admins connect one by one: systems that post, other systems and group chats that are
 * told what happens to cases, trackers.
 * @module
 */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { isRefused } from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import type { Language, Words } from '../../../domain/basics/types';
import type { Staff } from '../../../domain/case/permissions';
import { inLanguage } from '../../../render/words';
import { field, param, queried } from '../kit/request';
import { NOTHING_TO_TELL, tellSuccess, type Tell } from '../kit/wording';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

/** Sentences by what the address of a page says was done. */
export type DoneWords = Readonly<Record<string, Words>>;

/** What can be done to each of them. */
export const RECEIVER_DONE: DoneWords = {
  on: { zh: '已启用。', en: 'It is on.' },
  off: { zh: '已停用。停用期间的事件不保留。', en: 'It is off. Events are not kept for it meanwhile.' },
  tested: { zh: '测试已发出，几秒后刷新本页看结果。', en: 'The test is sent; load this page again in a few seconds.' },
  removed: { zh: '已删除。', en: 'It is removed.' },
};

/** What codes of failed calls mean to whoever has to put it right (`Outgoing`). */
export const CALL_CODES: DoneWords = {
  TIMEOUT: { zh: '没有及时回答', en: 'no answer in time' },
  ECONNREFUSED: { zh: '连不上', en: 'nobody listens there' },
  ENOTFOUND: { zh: '找不到这个域名', en: 'no such name' },
  address: { zh: '地址不允许', en: 'the address is not allowed' },
  redirect: { zh: '要求跳转，没有跟随', en: 'it redirects, which is not followed' },
};

const known = (words: DoneWords, name: string): Words | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined;

/** What a code says; of one without words the code itself. */
export function codeWords(codes: DoneWords, code: string, language: Language): string {
  const words = known(codes, code);
  return words ? inLanguage(words, language) : code.replace('http_', 'HTTP ');
}

/** The sentence above a page that was gone to after something was done. */
export function toldIn(req: Request, done: DoneWords, language: Language): Tell {
  const words = known(done, queried(req, 'done'));
  return words ? tellSuccess(words, language) : NOTHING_TO_TELL;
}

/** What is wrong with one field, in words. */
export function faultAt(faults: readonly Fault[] | undefined, path: string, language: Language): string | null {
  const fault = faults?.find((one) => one.path === path);
  return fault ? inLanguage(fault.words, language) : null;
}

/** A form in which one is connected or changed. */
interface ReceiverForm<Typed, Wanted> {
  typedIn: (req: Request) => Typed;
  /** What was typed, checked. */
  wanted: (req: Request, typed: Typed) => z.ZodSafeParseResult<Wanted>;
  /** Shows it again, with what is wrong. */
  show: (
    req: Request,
    res: Response,
    status: number,
    shown: { typed: Typed; faults: readonly Fault[] },
  ) => Promise<void>;
}

/** Addresses, forms and buttons of the page of one receiver. @param here the address of all of them */
export function receiverPage(here: string, answers: DeskNeeds['answers']) {
  /** The page of one, which says what was done. */
  const backTo = (id: string, done: string): string => `${here}/${id}?done=${done}`;

  /** A button on it. @param act where to go next; undefined: what was sent cannot be read */
  const acting = (
    name: string,
    about: Words,
    act: (req: Request, res: Response, id: string) => Promise<string | undefined>,
  ): DeskRoute => ({
    method: 'post',
    path: `${here}/:id/${name}`,
    who: 'admin',
    about,
    form: true,
    async handle(req, res) {
      const id = param(req, 'id');
      const next = await act(req, res, id);
      if (next === undefined) answers.message(req, res, 400, 'malformed', `${here}/${id}`);
      else res.redirect(303, next);
    },
  });

  return {
    backTo,
    acting,

    /** The form that connects another one; its page is shown then. */
    connecting: <Typed, Wanted>(
      about: Words,
      { typedIn, wanted, show }: ReceiverForm<Typed, Wanted>,
      create: (wanted: Wanted, actor: Staff) => Promise<{ id: string }>,
    ): DeskRoute => ({
      method: 'post',
      path: here,
      who: 'admin',
      about,
      form: true,
      async handle(req, res) {
        const typed = typedIn(req);
        const read = wanted(req, typed);
        if (!read.success) return show(req, res, 422, { typed, faults: faultsOf(read.error) });
        try {
          const { id } = await create(read.data, actorIn(res));
          res.redirect(303, backTo(id, 'made'));
        } catch (error) {
          if (!isRefused(error, 'invalid') && !isRefused(error, 'conflict')) throw error;
          const faults = error.details.faults ?? [{ path: '', words: error.words }];
          await show(req, res, error.kind === 'invalid' ? 422 : 409, { typed, faults });
        }
      },
    }),

    /** The form on its page that changes it. */
    saving: <Typed, Wanted>(
      about: Words,
      { typedIn, wanted, show }: ReceiverForm<Typed, Wanted>,
      change: (id: string, wanted: Wanted, actor: Staff) => Promise<unknown>,
    ): DeskRoute => ({
      method: 'post',
      path: `${here}/:id`,
      who: 'admin',
      about,
      form: true,
      async handle(req, res) {
        const typed = typedIn(req);
        const read = wanted(req, typed);
        if (!read.success) return show(req, res, 422, { typed, faults: faultsOf(read.error) });
        const id = param(req, 'id');
        try {
          await change(id, read.data, actorIn(res));
          res.redirect(303, backTo(id, 'saved'));
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          await show(req, res, 422, { typed, faults: error.details.faults ?? [] });
        }
      },
    }),

    /** The button that has it tried. */
    testing: (about: Words, test: (id: string, actor: Staff) => Promise<unknown>): DeskRoute =>
      acting('test', about, async (_req, res, id) => {
        await test(id, actorIn(res));
        return backTo(id, 'tested');
      }),

    /** The button that switches it off, or on. */
    switching: (about: Words, change: (id: string, isOn: boolean, actor: Staff) => Promise<unknown>): DeskRoute =>
      acting('switch', about, async (req, res, id) => {
        const to = field(req, 'to');
        if (to !== 'on' && to !== 'off') return undefined;
        await change(id, to === 'on', actorIn(res));
        return backTo(id, to);
      }),

    /** The button that removes it. */
    removing: (about: Words, remove: (id: string, actor: Staff) => Promise<void>): DeskRoute =>
      acting('remove', about, async (_req, res, id) => {
        await remove(id, actorIn(res));
        return `${here}?done=removed`;
      }),
  };
}
