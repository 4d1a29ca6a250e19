import { randomUUID } from 'node:crypto';
import type { Stores } from '../../db';
import { SHEET_PARTS, type ActionRow, type ActionSheet, type ActionTask, type GatheredCase } from '../../db/records';
import { DAY } from '../../domain/basics/milliseconds';
import { caseNoOfAction } from '../../domain/basics/ids';
import type { Words } from '../../domain/basics/types';
import { atLeast, isAuditor, readsAs, type Staff } from '../../domain/case/permissions';
import { refuse } from '../../domain/decisions/define';
import { toInstant, toMs } from '../../domain/time/duration';
import { houseDate } from '../../house';
import { cut } from '../../render/format';
import type { StaffDirectory } from '../access/staff';
import type { Deciding } from '../case/decide';
import type { Naming } from '../case/naming';
import { textIdOf } from '../case/texts';
import { conflict, forbidden, invalid, isRefused, notFound } from '../refused';
import { PDCA, type ActionAct, type ActionBoard, type ActionCard, type ActionPage, type BoardQuery } from './answers';
import { effectSince } from './effect';
import type { DocumentFile } from '../pdf-file';
import { createReport, type ReportNeeds } from './report';

/**
 * Corrective actions as pages: the board, what each has come to, tasks, and the cases gathered into it. Starting and judging
 * one is decided in its case and nowhere else. Supervisors and above, and auditors, read all; others those that they own, have
 * something to do in, or find in a case that they see; nobody reads one of a case in which they are complained of.
 */
export interface ActionPages {
  /** What is on the board of somebody below a supervisor is their own, and where they have something to do. */
  board(query: BoardQuery, actor: Staff): Promise<ActionBoard>;
  /** @throws Refused `notFound` */
  get(id: string, actor: Staff): Promise<ActionPage>;
  /**
   * Writes what people write of it. For its owner and for supervisors and above; a task is also finished by whoever has it.
   * @throws Refused `notFound`; `forbidden`; `conflict`: `newer_version` where the sheet was changed meanwhile, `task_closed`,
   *   `action_ended`, `enough_tasks`, `enough_cases`, or as the note in a case is refused; `invalid` for an owner who is nobody
   *   and for a case that they may not see
   */
  act(id: string, act: ActionAct, actor: Staff): Promise<ActionPage>;
  /** The 8D report as PDF, without what tells who a customer is. @throws Refused `notFound`; `full` while too many are made */
  report(id: string, language: 'zh-CN' | 'en', actor: Staff): Promise<DocumentFile>;
}

interface Needs extends Omit<ReportNeeds, 'stores'> {
  stores: Pick<Stores, 'actions' | 'actionPages' | 'cases' | 'texts'> & ReportNeeds['stores'];
  staff: Pick<StaffDirectory, 'names' | 'find'>;
  naming: Pick<Naming, 'seenBy'>;
  deciding: Pick<Deciding, 'decided'>;
  clock: () => number;
}

const MOST_TASKS = 50;
const MOST_CASES = 200;
/** How long an ended action stays on the board. */
const SHOWN_MS = 90 * DAY;
const TITLE = 60;

const NOT_FOUND = notFound({ zh: '纠正措施', en: 'corrective action' });

/** What stands beside an action in other tables. */
interface Beside {
  sheet: ActionSheet;
  tasks: readonly ActionTask[];
  gathered: readonly GatheredCase[];
}

const isTaskLate = ({ dueOn, doneAt }: ActionTask, now: number): boolean =>
  doneAt === undefined && dueOn < houseDate(now);

/** In which column it stands. @param tasks those that are open */
function columnOf({ status, rounds }: Pick<ActionRow, 'status' | 'rounds'>, tasks: number): ActionCard['column'] {
  if (status === 'planned') return 'plan';
  if (status === 'ended' || rounds > 1) return 'act';
  return tasks > 0 ? 'do' : 'check';
}

const titleOf = (description: string | null): string | null =>
  description === null ? null : cut((description.trim().split(/[\n。！!？?；;]/u, 1)[0] ?? '').trim(), TITLE);

const NOTES: Record<'gather' | 'release' | 'tell', (id: string) => string> = {
  gather: (id) => `本案并入纠正措施 ${id} / Gathered into corrective action ${id}`,
  release: (id) => `本案移出纠正措施 ${id} / Let out of corrective action ${id}`,
  tell: (id) => `纠正措施 ${id} 已结束，效果已达到 / Corrective action ${id} has ended: its effect is reached`,
};

/** Reads actions as a person may see them. */
function reading({ stores, staff, naming, clock }: Needs) {
  const { actions, actionPages, texts } = stores;

  const leads = (actor: Staff): boolean => readsAs(actor, 'supervisor');

  /** Whether this person may read it. */
  async function mayRead(row: ActionRow, actor: Staff): Promise<boolean> {
    if (!leads(actor) && row.owner !== actor.id) {
      const home = caseNoOfAction(row.id);
      const seesHome = (await naming.seenBy([home], actor)).has(home);
      if (!seesHome && !(await actionPages.withTaskOf(actor.id)).includes(row.id)) return false;
    }
    return atLeast(actor, 'admin') || (await actionPages.complainedOf(row.caseNos, actor.id)).size === 0;
  }

  async function rowOf(id: string, actor: Staff): Promise<ActionRow> {
    const row = await actions.get(id);
    if (!row || !(await mayRead(row, actor))) throw NOT_FOUND;
    return row;
  }

  /** All that this person may read. */
  async function rowsOf(query: BoardQuery, actor: Staff): Promise<ActionRow[]> {
    const { owner: asked, cause } = query;
    const owner = asked === 'me' ? actor.id : asked;
    const rows = await actions.list({ ...(owner !== undefined && { owner }), ...(cause && { cause }) });
    const own = leads(actor) ? undefined : new Set(await actionPages.withTaskOf(actor.id));
    const theirs = own ? rows.filter((row) => row.owner === actor.id || own.has(row.id)) : rows;
    const since = toInstant(clock() - SHOWN_MS);
    const shown = theirs.filter(({ state: { endedAt } }) => query.ended === 'all' || !endedAt || endedAt >= since);
    if (atLeast(actor, 'admin')) return shown;
    const all = [...new Set(shown.flatMap((row) => row.caseNos))];
    const against = await actionPages.complainedOf(all, actor.id);
    return shown.filter((row) => !row.caseNos.some((caseNo) => against.has(caseNo)));
  }

  async function besidesOf(ids: readonly string[]): Promise<(id: string) => Beside> {
    const [sheets, tasks, gathered] = await Promise.all([
      actionPages.sheets(ids),
      actionPages.tasks(ids),
      actionPages.gathered(ids),
    ]);
    return (id) => ({
      sheet: sheets.get(id) ?? { version: 0 },
      tasks: tasks.filter(({ actionId }) => actionId === id),
      gathered: gathered.filter(({ actionId }) => actionId === id),
    });
  }

  /** What is to be done, of those whose case the person may see; null: it is erased, or the case is not for them. */
  async function descriptionsOf(rows: readonly ActionRow[], seen: ReadonlySet<string>): Promise<Map<string, string>> {
    const ids = rows.map(({ id }) => id).filter((id) => seen.has(caseNoOfAction(id)));
    const described = await actions.descriptions(ids);
    const bodies = await texts.get([...described.values()]);
    return new Map(
      [...described].flatMap(([id, textId]) => {
        const body = bodies.get(textId)?.body;
        return body === undefined ? [] : [[id, body] as const];
      }),
    );
  }

  function cardOf(row: ActionRow, beside: Beside, description: string | null, names: Map<string, string>): ActionCard {
    const { id, kind, cause, status, rounds, dueAt, checkAt, caseNos, state } = row;
    const now = clock();
    const open = beside.tasks.filter(({ doneAt }) => doneAt === undefined);
    const product = beside.sheet.product;
    return {
      id,
      title: titleOf(description),
      kind,
      cause,
      ...(product !== undefined && { product }),
      owner: { id: row.owner, name: names.get(row.owner) ?? row.owner },
      status,
      column: columnOf(row, open.length),
      round: rounds,
      ...(status === 'planned' && dueAt !== undefined && { dueAt }),
      ...(status === 'started' && checkAt !== undefined && { checkAt }),
      ...(state.endedAt !== undefined && { endedAt: state.endedAt }),
      openTasks: open.length,
      isLate:
        status !== 'ended' &&
        ((status === 'planned' && dueAt !== undefined && toMs(dueAt) < now) ||
          open.some((task) => isTaskLate(task, now))),
      cases: new Set([...caseNos, ...beside.gathered.map(({ caseNo }) => caseNo)]).size,
    };
  }

  return { rowOf, rowsOf, besidesOf, descriptionsOf, cardOf, staff, naming };
}
type Reading = ReturnType<typeof reading>;

const PLACE: Record<string, ActionPage['history'][number]['what']> = {
  actionPlanned: 'planned',
  actionStarted: 'started',
  actionBreached: 'late',
  actionMeasured: 'measured',
  actionVerified: 'judged',
  actionEnded: 'ended',
};

function containmentOf({ state: { clocks } }: ActionRow): ActionPage['containment'] {
  const clock = clocks.containment;
  if (!clock) return undefined;
  const { dueAt, stoppedAt, breachedAt, status } = clock;
  const isBroken = breachedAt !== undefined || status === 'late';
  return {
    dueAt,
    ...(stoppedAt !== undefined && { stoppedAt }),
    state: status === 'running' ? (isBroken ? 'late' : 'running') : isBroken ? 'broken' : 'kept',
  };
}

const mayChange = (row: ActionRow, actor: Staff): boolean =>
  atLeast(actor, 'supervisor') || (row.owner === actor.id && !isAuditor(actor));

/** Tells a person of one action. */
function telling(
  { stores: { actionPages, texts }, clock }: Needs,
  { besidesOf, descriptionsOf, cardOf, ...used }: Reading,
) {
  const { staff, naming } = used;

  async function historyOf(id: string, seesHome: boolean) {
    const entries = await actionPages.history(id);
    const reports = entries.flatMap((entry) => (entry.type === 'actionVerified' ? [entry.reportId] : []));
    const bodies = seesHome ? await texts.get(reports) : new Map<string, { body: string }>();
    const names = await staff.names(
      entries.flatMap((entry) => (entry.type === 'actionVerified' && entry.by ? [entry.by] : [])),
    );
    return entries.map((entry): ActionPage['history'][number] => {
      const what = PLACE[entry.type] ?? 'planned';
      if (entry.type === 'actionMeasured') {
        const { at, before, after, reached, round } = entry;
        return { what, at, before, after, reached, round };
      }
      if (entry.type !== 'actionVerified') return { what, at: entry.at };
      const { at, by, reached, reportId } = entry;
      const report = bodies.get(reportId)?.body;
      return {
        what,
        at,
        reached,
        ...(by !== undefined && { by: { id: by, name: names.get(by) ?? by } }),
        ...(report !== undefined && { report }),
      };
    });
  }

  return async function pageOf(row: ActionRow, actor: Staff): Promise<ActionPage> {
    const { id, status, state } = row;
    const now = clock();
    const home = caseNoOfAction(id);
    const beside = (await besidesOf([id]))(id);
    const { sheet, tasks, gathered } = beside;
    const own = new Set([home, ...row.caseNos]);
    const all = new Set([...own, ...gathered.map(({ caseNo }) => caseNo)]);
    const seen = await naming.seenBy([...all], actor);
    const people = [
      row.owner,
      sheet.changedBy,
      ...tasks.flatMap((one) => [one.owner, one.doneBy]),
      ...gathered.map(({ addedBy }) => addedBy),
    ];
    const [descriptions, names, history, effect] = await Promise.all([
      descriptionsOf([row], seen),
      staff.names(people.filter((one) => one !== undefined)),
      historyOf(id, seen.has(home)),
      effectSince({ actionPages }, { row, sheet, now, actor }),
    ]);
    const named = (one: string) => ({ id: one, name: names.get(one) ?? one });
    const description = descriptions.get(id) ?? null;
    const changes = mayChange(row, actor);
    const containment = containmentOf(row);
    const untold = status === 'ended' ? gathered.filter(({ caseNo, toldAt }) => !own.has(caseNo) && !toldAt) : [];
    const { changedBy, ...written } = sheet;
    const decidable =
      status === 'planned' && changes
        ? (['startAction'] as const)
        : status === 'started' && atLeast(actor, 'supervisor')
          ? (['verifyAction'] as const)
          : [];
    return {
      ...cardOf(row, beside, description, names),
      description,
      plannedAt: state.plannedAt,
      ...(state.startedAt !== undefined && { startedAt: state.startedAt }),
      ...(containment && { containment }),
      sheet: { ...written, ...(changedBy !== undefined && { changedBy: named(changedBy) }) },
      tasks: tasks.map(
        ({ actionId: _actionId, createdAt: _createdAt, createdBy: _createdBy, owner, doneBy, ...task }) => ({
          ...task,
          owner: named(owner),
          isLate: isTaskLate({ ...task, owner, actionId: id, createdAt: '', createdBy: '' }, now),
          ...(doneBy !== undefined && { doneBy: named(doneBy) }),
          mayFinish: task.doneAt === undefined && (changes || (owner === actor.id && !isAuditor(actor))),
        }),
      ),
      gathers: [...all]
        .filter((caseNo) => seen.has(caseNo))
        .map((caseNo) => {
          const one = gathered.find((other) => other.caseNo === caseNo);
          return {
            caseNo,
            planned: own.has(caseNo),
            ...(one && { addedBy: named(one.addedBy) }),
            ...(one?.toldAt !== undefined && { toldAt: one.toldAt }),
          };
        }),
      hidden: all.size - seen.size,
      toTell: untold.length,
      history,
      ...(effect && { effect }),
      may: [
        ...(changes ? (['change'] as const) : []),
        ...(changes && status !== 'ended' ? (['gather'] as const) : []),
        ...(changes && untold.some(({ caseNo }) => seen.has(caseNo)) ? (['tell'] as const) : []),
      ],
      ...(decidable.length > 0 && seen.has(home) && { decisions: { caseNo: home, names: [...decidable] } }),
    };
  };
}

const closed = (zh: string, en: string, code: string) => conflict(refuse(code, zh, en));
const NOBODY: Words = { zh: '没有这个在职的人', en: 'nobody who works here' };
const NO_CASE: Words = { zh: '没有这件案件，或您无权查看', en: 'there is no such case, or it is not yours to see' };

/** What is written of it. */
function changing({ stores: { actionPages }, staff, naming, deciding, clock }: Needs) {
  const noted = (
    caseNo: string,
    id: string,
    what: keyof typeof NOTES,
    actor: Staff,
    decisionId: string = randomUUID(),
  ) => deciding.decided(caseNo, 'note', { text: NOTES[what](id), decisionId }, actor);

  async function mustSee(caseNo: string, actor: Staff): Promise<void> {
    if (!(await naming.seenBy([caseNo], actor)).has(caseNo)) throw invalid([{ path: 'caseNo', words: NO_CASE }]);
  }

  async function write(row: ActionRow, act: ActionAct & { act: 'write' }, actor: Staff): Promise<void> {
    const parts = Object.fromEntries(
      SHEET_PARTS.flatMap((name) => {
        const value = act[name];
        return value === undefined ? [] : [[name, value === '' ? null : value] as const];
      }),
    );
    const made = { by: actor.id, at: toInstant(clock()) };
    if (await actionPages.writeSheet(row.id, act.version, parts, made)) return;
    throw closed(
      '别人刚改过这一页；请看过新的内容，再改一次',
      'somebody changed this page meanwhile; read what stands there now, and change it again',
      'newer_version',
    );
  }

  async function addTask(row: ActionRow, act: ActionAct & { act: 'addTask' }, actor: Staff): Promise<void> {
    const owner = await staff.find(act.owner);
    if (!owner?.active || owner.role === 'auditor') throw invalid([{ path: 'owner', words: NOBODY }]);
    if ((await actionPages.complainedOf(row.caseNos, act.owner)).size > 0) {
      const words = {
        zh: '客户投诉的是这个人；请交给别人',
        en: 'the complaint is about them; give it to somebody else',
      };
      throw invalid([{ path: 'owner', words }]);
    }
    const { text, dueOn, key = randomUUID() } = act;
    const task = {
      actionId: row.id,
      text,
      owner: act.owner,
      dueOn,
      createdAt: toInstant(clock()),
      createdBy: actor.id,
    };
    const added = await actionPages.addTask({ ...task, key: `${row.id}/${actor.id}/${key}` }, MOST_TASKS);
    if (!added) {
      throw closed(`一项措施最多 ${MOST_TASKS} 个任务`, `an action has ${MOST_TASKS} tasks at most`, 'enough_tasks');
    }
  }

  async function gather(row: ActionRow, caseNo: string, actor: Staff): Promise<void> {
    if (row.status === 'ended') throw closed('这项措施已经结束', 'this action has ended', 'action_ended');
    await mustSee(caseNo, actor);
    const gathered = await actionPages.gathered([row.id]);
    if (row.caseNos.includes(caseNo) || gathered.some((one) => one.caseNo === caseNo)) return;
    const enough = closed(`最多并入 ${MOST_CASES} 件`, `${MOST_CASES} cases at most are gathered`, 'enough_cases');
    if (gathered.length >= MOST_CASES) throw enough;
    await noted(caseNo, row.id, 'gather', actor);
    const one = { actionId: row.id, caseNo, addedAt: toInstant(clock()), addedBy: actor.id };
    if (!(await actionPages.gather(one, MOST_CASES))) throw enough;
  }

  async function release(row: ActionRow, caseNo: string, actor: Staff): Promise<void> {
    await mustSee(caseNo, actor);
    const gathered = await actionPages.gathered([row.id]);
    if (!gathered.some((one) => one.caseNo === caseNo)) return;
    await noted(caseNo, row.id, 'release', actor);
    await actionPages.release(row.id, caseNo);
  }

  async function tell(row: ActionRow, actor: Staff): Promise<void> {
    if (row.status !== 'ended') throw closed('这项措施还没有结束', 'this action has not ended', 'action_open');
    const waiting = (await actionPages.gathered([row.id])).filter(({ toldAt }) => toldAt === undefined);
    const seen = await naming.seenBy(
      waiting.map(({ caseNo }) => caseNo),
      actor,
    );
    for (const { caseNo } of waiting.filter((one) => seen.has(one.caseNo))) {
      try {
        // One id however often the case is told of this end.
        await noted(caseNo, row.id, 'tell', actor, textIdOf(row.id, 'ended', caseNo));
      } catch (error) {
        // Somebody else has told it at the same moment.
        if (!isRefused(error, 'conflict') || error.code !== 'decision_id_reused') throw error;
      }
      await actionPages.caseTold(row.id, caseNo, toInstant(clock()));
    }
  }

  async function closeTask(
    row: ActionRow,
    act: ActionAct & { act: 'finishTask' | 'dropTask' },
    actor: Staff,
  ): Promise<void> {
    const made = { by: actor.id, at: toInstant(clock()) };
    const isClosed =
      act.act === 'finishTask'
        ? await actionPages.finishTask(act.task, row.id, { ...made, result: act.result })
        : await actionPages.dropTask(act.task, row.id, made);
    if (!isClosed) throw closed('这个任务已经完成或取消了', 'this task is done or dropped already', 'task_closed');
  }

  return async function change(row: ActionRow, act: ActionAct, actor: Staff): Promise<void> {
    const isOwnTask = async (task: number): Promise<boolean> =>
      !isAuditor(actor) &&
      (await actionPages.tasks([row.id])).some(({ id, owner }) => id === task && owner === actor.id);
    const may = mayChange(row, actor) || (act.act === 'finishTask' && (await isOwnTask(act.task)));
    if (!may) throw forbidden('supervisor');
    switch (act.act) {
      case 'write':
        return write(row, act, actor);
      case 'addTask':
        return addTask(row, act, actor);
      case 'finishTask':
      case 'dropTask':
        return closeTask(row, act, actor);
      case 'gather':
        return gather(row, act.caseNo, actor);
      case 'release':
        return release(row, act.caseNo, actor);
      case 'tell':
        return tell(row, actor);
    }
  };
}

/** Builds `ActionPages`. */
export function createActionPages(needs: Needs): ActionPages {
  const read = reading(needs);
  const pageOf = telling(needs, read);
  const change = changing(needs);
  const report = createReport(needs);
  const { staff, naming } = read;

  return {
    async board(query, actor) {
      const rows = await read.rowsOf(query, actor);
      const besideOf = await read.besidesOf(rows.map(({ id }) => id));
      const seen = await naming.seenBy(
        rows.map(({ id }) => caseNoOfAction(id)),
        actor,
      );
      const [descriptions, names] = await Promise.all([
        read.descriptionsOf(rows, seen),
        staff.names(rows.map(({ owner }) => owner)),
      ]);
      const all = rows.map((row) => read.cardOf(row, besideOf(row.id), descriptions.get(row.id) ?? null, names));
      const cards = all.filter(
        ({ product, isLate }) =>
          (query.product === undefined || product === query.product) && (query.late === undefined || isLate),
      );
      const order = ({ isLate, dueAt, checkAt, endedAt }: ActionCard): string =>
        `${isLate ? 0 : 1}${endedAt === undefined ? (dueAt ?? checkAt ?? '') : ''}`;
      const products = new Set(all.flatMap(({ product }) => (product === undefined ? [] : [product])));
      return {
        columns: PDCA.map((column) => ({
          column,
          cards: cards
            .filter((card) => card.column === column)
            .toSorted((a, b) => order(a).localeCompare(order(b)) || (b.endedAt ?? '').localeCompare(a.endedAt ?? '')),
        })),
        owners: [...new Map(all.map(({ owner }) => [owner.id, owner])).values()],
        products: [...products].toSorted((a, b) => a.localeCompare(b)),
      };
    },

    get: async (id, actor) => pageOf(await read.rowOf(id, actor), actor),

    async act(id, act, actor) {
      await change(await read.rowOf(id, actor), act, actor);
      return pageOf(await read.rowOf(id, actor), actor);
    },

    async report(id, language, actor) {
      return report(await pageOf(await read.rowOf(id, actor), actor), language, actor);
    },
  };
}
