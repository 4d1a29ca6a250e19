import { createHash, randomUUID } from 'node:crypto';
import type { ListedSuggestion, Stores } from '../../db';
import type { Suggestion, SuggestionState } from '../../db/records';
import { DAY } from '../../domain/basics/milliseconds';
import { atLeast, isAuditor, type Staff } from '../../domain/case/permissions';
import { refuse } from '../../domain/decisions/define';
import { toInstant } from '../../domain/time/duration';
import { houseDate } from '../../house';
import type { StaffDirectory } from '../access/staff';
import type { Naming } from '../case/naming';
import type { VisibleCases } from '../case/visible';
import type { Entry } from '../customer/entry';
import { pageOf } from '../paging';
import { conflict, forbidden, invalid, isRefused, notFound } from '../refused';
import type { SuggestionAct, SuggestionActName, SuggestionList, SuggestionShown, WantedSuggestion } from './answers';

/** What the list is narrowed by. */
export interface SuggestionFilter {
  state?: SuggestionState;
  source?: Suggestion['source'];
  /** The id before which the page begins. */
  before?: number;
}

/** The register of suggestions. */
export interface SuggestionAccess {
  /** A page of what the person may see, the newest first, and figures of the last year. */
  list(filter: SuggestionFilter, actor: Staff): Promise<SuggestionList>;
  /** @throws Refused `notFound` */
  get(id: number, actor: Staff): Promise<SuggestionShown>;
  /**
   * Puts one down: one's own, or what a customer said in a case.
   * @throws Refused `invalid` for a customer's without a case, and for a case that they may not see; `forbidden` for an
   *   auditor
   */
  add(wanted: WantedSuggestion, actor: Staff): Promise<{ id: number }>;
  /**
   * Moves it on. Whoever suggested it is told by mail once of each decision.
   * @throws Refused `notFound`; `forbidden`; `conflict` (`suggestion_moved_on`) where it stands somewhere else by now;
   *   `invalid` for an owner who is nobody and for a suggestion that it cannot be merged into
   */
  act(id: number, act: SuggestionAct, actor: Staff): Promise<SuggestionShown>;
  /** What a customer suggests, by number and code. @throws Refused `notFound`; `conflict` for too many of one case */
  suggest(caseNo: string, code: string, wanted: { text: string; key?: string }): Promise<{ id: number }>;
}

interface Needs {
  stores: Pick<Stores, 'suggestions'>;
  staff: Pick<StaffDirectory, 'names' | 'find'>;
  visible: Pick<VisibleCases, 'see'>;
  naming: Pick<Naming, 'seenBy'>;
  entry: Pick<Entry, 'enter'>;
  /** Right side of Message-IDs. */
  mailDomain: string;
  clock: () => number;
}

const PAGE = 50;
const FIGURES_MS = 365 * DAY;
/** How many suggestions a customer may make in one case. */
const MOST_OF_CUSTOMER = 5;

/** From where each act leads where. */
const MOVES: Record<'consider' | 'adopt' | 'decline' | 'carryOut', { from: SuggestionState[]; to: SuggestionState }> = {
  consider: { from: ['new'], to: 'considered' },
  adopt: { from: ['new', 'considered'], to: 'adopted' },
  decline: { from: ['new', 'considered', 'adopted'], to: 'declined' },
  carryOut: { from: ['adopted'], to: 'done' },
};
const OPEN: readonly SuggestionState[] = ['new', 'considered'];

/** What this person may do with it now. */
function mayDo(
  one: Pick<Suggestion, 'state' | 'owner'>,
  told: SuggestionShown['told'],
  actor: Staff,
): SuggestionActName[] {
  const leads = atLeast(actor, 'supervisor');
  const possible: [SuggestionActName, boolean][] = [
    ['consider', leads && MOVES.consider.from.includes(one.state)],
    ['adopt', leads && MOVES.adopt.from.includes(one.state)],
    ['decline', leads && MOVES.decline.from.includes(one.state)],
    ['merge', leads && OPEN.includes(one.state)],
    ['carryOut', (leads || (one.owner === actor.id && !isAuditor(actor))) && MOVES.carryOut.from.includes(one.state)],
    ['tell', atLeast(actor, 'agent') && told?.how === 'none'],
  ];
  return possible.flatMap(([act, may]) => (may ? [act] : []));
}

function toldOf({ state, mainState, mail, toldAt }: ListedSuggestion): SuggestionShown['told'] {
  const stands = mainState ?? state;
  if (stands !== 'adopted' && stands !== 'declined' && stands !== 'done') return undefined;
  if (mail?.state === 'sent') return { how: 'mail', ...(mail.sentAt !== undefined && { at: mail.sentAt }) };
  if (toldAt !== undefined) return { how: 'person', at: toldAt };
  // Without a mail whoever decided suggested it.
  if (!mail) return undefined;
  return { how: mail.state === 'planned' || mail.state === 'sending' ? 'waiting' : 'none' };
}

const movedOn = () =>
  conflict(
    refuse(
      'suggestion_moved_on',
      '这条建议已经不在这一步了，请刷新后再看',
      'the suggestion stands somewhere else by now; load the page again',
    ),
  );

/** What this person is shown. */
function showing({
  stores: { suggestions },
  staff,
  naming,
  clock,
}: Pick<Needs, 'stores' | 'staff' | 'naming' | 'clock'>) {
  async function shown(rows: readonly ListedSuggestion[], actor: Staff): Promise<SuggestionShown[]> {
    const people = rows.flatMap(({ by, owner, decidedBy }) => [by, owner, decidedBy].filter((id) => id !== undefined));
    const [names, seen] = await Promise.all([
      staff.names(people),
      naming.seenBy(
        rows.flatMap(({ caseNo }) => caseNo ?? []),
        actor,
      ),
    ]);
    const person = (id: string | undefined) => (id === undefined ? undefined : { id, name: names.get(id) ?? id });
    const today = houseDate(clock());
    return rows.map((row) => {
      const { mail: _mail, mainState: _main, toldAt: _at, toldBy: _by, caseNo, by, owner, decidedBy, ...rest } = row;
      const told = toldOf(row);
      return {
        ...rest,
        ...(caseNo !== undefined && seen.has(caseNo) && { caseNo }),
        by: person(by),
        owner: person(owner),
        decidedBy: person(decidedBy),
        isLate: row.state === 'adopted' && row.dueOn !== undefined && row.dueOn < today,
        told,
        may: mayDo(row, told, actor),
      };
    });
  }

  async function get(id: number, actor: Staff): Promise<SuggestionShown> {
    const found = await suggestions.list(actor, { only: id, limit: 1 });
    const [one] = await shown(found, actor);
    if (!one) throw notFound({ zh: '建议', en: 'suggestion' });
    return one;
  }

  return { shown, get };
}

/** What is done with one. */
function taking({
  stores: { suggestions },
  staff,
  mailDomain,
  clock,
}: Pick<Needs, 'stores' | 'staff' | 'mailDomain' | 'clock'>) {
  /** Moves it, or merges it. @returns false: it stands somewhere else by now */
  return async function take(id: number, act: SuggestionAct, actor: Staff): Promise<boolean> {
    const now = toInstant(clock());
    const telling = { by: actor.id, now, mailDomain };
    const decided = { decidedBy: actor.id, decidedAt: now };
    switch (act.act) {
      case 'consider':
        return suggestions.move(id, MOVES.consider.from, { state: MOVES.consider.to }, telling);
      case 'adopt': {
        const { owner, dueOn, reason } = act;
        const user = await staff.find(owner);
        if (!user?.active || user.role === 'auditor') {
          throw invalid([{ path: 'owner', words: { zh: '没有这位在职的同事', en: 'nobody of this id works here' } }]);
        }
        const values = { state: MOVES.adopt.to, owner, dueOn, ...decided, ...(reason !== undefined && { reason }) };
        return suggestions.move(id, MOVES.adopt.from, values, telling);
      }
      case 'decline':
        return suggestions.move(
          id,
          MOVES.decline.from,
          { state: MOVES.decline.to, reason: act.reason, ...decided },
          telling,
        );
      case 'carryOut':
        return suggestions.move(
          id,
          MOVES.carryOut.from,
          { state: MOVES.carryOut.to, result: act.result, doneAt: now },
          telling,
        );
      case 'merge': {
        const main = act.into === id ? undefined : await suggestions.get(act.into, actor);
        if (!main || main.state === 'merged') {
          throw invalid([
            {
              path: 'into',
              words: { zh: '没有这条建议，或它自己已并入别的', en: 'is not there, or was merged itself' },
            },
          ]);
        }
        return suggestions.merge(id, act.into, telling);
      }
      case 'tell':
        return suggestions.told(id, actor.id, now);
    }
  };
}

/** Builds `SuggestionAccess`. */
export function createSuggestions(needs: Needs): SuggestionAccess {
  const { stores, visible, entry, clock } = needs;
  const { suggestions } = stores;
  const { shown, get } = showing(needs);
  const take = taking(needs);

  return {
    async list({ state, source, before }, actor) {
      const from = toInstant(clock() - FIGURES_MS);
      const [rows, counts] = await Promise.all([
        suggestions.list(actor, { ...(state && { states: [state] }), source, before, limit: PAGE + 1 }),
        suggestions.counts(from),
      ]);
      const { page, next } = pageOf(rows, PAGE);
      const adopted = counts.adopted + counts.done;
      const decided = adopted + counts.declined;
      return {
        items: await shown(page, actor),
        ...(next !== undefined && { next }),
        figures: {
          from,
          ...counts,
          adoptedRate: decided === 0 ? null : Math.round((adopted / decided) * 1_000) / 1_000,
        },
      };
    },

    get,

    async add({ text, caseNo, source, key }, actor) {
      if (!atLeast(actor, 'colleague')) throw forbidden('colleague');
      if (source === 'customer' && caseNo === undefined) {
        const words = {
          zh: '客户的建议要写明哪一件投诉，才能答复他',
          en: 'of a customer it needs the case, so that they can be told',
        };
        throw invalid([{ path: 'caseNo', words }]);
      }
      if (caseNo !== undefined) {
        await visible.see(caseNo, actor).catch((error: unknown) => {
          if (!isRefused(error, 'notFound')) throw error;
          throw invalid([
            { path: 'caseNo', words: { zh: '没有这件投诉，或您无权查看', en: 'is not there, or not yours to see' } },
          ]);
        });
      }
      const one = {
        key: `${actor.id}/${key ?? randomUUID()}`,
        source,
        by: actor.id,
        text,
        createdAt: toInstant(clock()),
      };
      const added = await suggestions.add({ ...one, ...(caseNo !== undefined && { caseNo }) }, MOST_OF_CUSTOMER);
      if (!added) throw new Error('a suggestion of the staff is always taken');
      return { id: added.id };
    },

    async act(id, act, actor) {
      const before = await get(id, actor);
      if (!before.may.includes(act.act)) {
        const couldLead = atLeast(actor, 'supervisor') || (act.act === 'carryOut' && before.owner?.id === actor.id);
        if (couldLead || act.act === 'tell') throw movedOn();
        throw forbidden('supervisor');
      }
      if (!(await take(id, act, actor))) throw movedOn();
      return get(id, actor);
    },

    async suggest(typedNo, code, { text, key }) {
      const { caseNo } = await entry.enter(typedNo, code);
      const print = createHash('sha256')
        .update(`${caseNo}\n${key ?? randomUUID()}`)
        .digest('base64url');
      const added = await suggestions.add(
        { key: `${caseNo}/${print}`, source: 'customer', caseNo, text, createdAt: toInstant(clock()) },
        MOST_OF_CUSTOMER,
      );
      if (added) return { id: added.id };
      throw conflict(
        refuse(
          'enough_suggestions',
          `这件投诉里已经收到您的 ${MOST_OF_CUSTOMER} 条建议，谢谢；还有要说的，请写信给负责人`,
          `we have ${MOST_OF_CUSTOMER} suggestions of yours in this complaint, thank you; for more, please write to your handler`,
        ),
      );
    },
  };
}
