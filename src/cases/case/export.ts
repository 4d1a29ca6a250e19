import { Readable } from 'node:stream';
import { maskEmail, maskPhone } from '../../contact';
import type { CaseListItem } from '../../db/records';
import type { Instant, Language, Words } from '../../domain/basics/types';
import { CATEGORY_WORDS, CHANNEL_WORDS, GRADE_WORDS, OUTCOME_NAMES, STAGE_WORDS } from '../../domain/basics/words';
import { mayCall, type Staff } from '../../domain/case/permissions';
import { promiseWords } from '../../domain/promises/clock';
import { waitsFor } from '../../domain/views/progress';
import { houseDate, wallTime } from '../../house';
import { BYTE_ORDER_MARK, csvRows, MEDIA_TYPES, xlsxFile, type Cell, type TableFile } from '../../render/table-file';
import { inLanguage } from '../../render/words';
import type { Stores } from '../../db';
import { invalid } from '../refused';
import type { PolicyCache } from '../rules/policies';
import { filtersIn, type ExportWords } from './list-words';

export { MEDIA_TYPES };

interface Needs {
  cases: Pick<Stores['cases'], 'list'>;
  reads: Pick<Stores['reads'], 'lookAtContacts'>;
  policies: Pick<PolicyCache, 'version'>;
  clock: () => number;
}

/** Rows that are read at once. */
const PAGE = 200;
/** An XLSX file is made in memory; of so many rows it takes about 50 MB. */
export const MOST_IN_XLSX = 20_000;

const YES_NO: Record<'true' | 'false', Words> = { true: { zh: '是', en: 'yes' }, false: { zh: '否', en: 'no' } };

/** `2026-11-26 15:04` by the house's clock: sorts as text. */
const wall = (at: Instant): string => wallTime(Date.parse(at)).toISOString().slice(0, 16).replace('T', ' ');

/** What a column takes its value from. */
interface Row {
  item: CaseListItem;
  due: Words | undefined;
  waits: Words;
  /** Phone and mail address as this person may read them. */
  phone: string | undefined;
  email: string | undefined;
}

const COLUMNS: { heading: Words; value: (row: Row, say: (words: Words) => string) => Cell | undefined }[] = [
  { heading: { zh: '单号', en: 'case number' }, value: ({ item }) => item.caseNo },
  { heading: { zh: '收到', en: 'received' }, value: ({ item }) => wall(item.receivedAt) },
  { heading: { zh: '等级', en: 'grade' }, value: ({ item }, say) => say(GRADE_WORDS[item.grade]) },
  { heading: { zh: '类别', en: 'category' }, value: ({ item }, say) => say(CATEGORY_WORDS[item.category]) },
  { heading: { zh: '阶段', en: 'stage' }, value: ({ item }, say) => say(STAGE_WORDS[item.stage]) },
  { heading: { zh: '在等', en: 'waits for' }, value: ({ waits }, say) => say(waits) },
  { heading: { zh: '客户', en: 'customer' }, value: ({ item }) => item.customerName },
  { heading: { zh: '电话', en: 'phone' }, value: ({ phone }) => phone },
  { heading: { zh: '邮箱', en: 'e-mail' }, value: ({ email }) => email },
  { heading: { zh: '产品', en: 'product' }, value: ({ item }) => item.product },
  { heading: { zh: '渠道', en: 'channel' }, value: ({ item }, say) => say(CHANNEL_WORDS[item.channel]) },
  { heading: { zh: '负责人', en: 'owner' }, value: ({ item }) => item.owner?.name },
  { heading: { zh: '团队', en: 'team' }, value: ({ item }) => item.team },
  { heading: { zh: '轮次', en: 'round' }, value: ({ item }) => item.round },
  { heading: { zh: '重复投诉', en: 'repeat' }, value: ({ item }, say) => say(YES_NO[`${item.repeat}`]) },
  { heading: { zh: '催办次数', en: 'chased' }, value: ({ item }) => item.chased },
  { heading: { zh: '已超时', en: 'broken' }, value: ({ item }, say) => say(YES_NO[`${item.breached}`]) },
  { heading: { zh: '已暂停', en: 'paused' }, value: ({ item }, say) => say(YES_NO[`${item.paused}`]) },
  { heading: { zh: '下一个承诺', en: 'next promise' }, value: ({ due }, say) => due && say(due) },
  { heading: { zh: '到期', en: 'due' }, value: ({ item }) => item.nextDueAt && wall(item.nextDueAt) },
  {
    heading: { zh: '结果', en: 'outcome' },
    value: ({ item }, say) => item.outcome && say(OUTCOME_NAMES[item.outcome]),
  },
  { heading: { zh: '办结', en: 'resolved' }, value: ({ item }) => item.resolvedAt && wall(item.resolvedAt) },
  { heading: { zh: '更新', en: 'updated' }, value: ({ item }) => wall(item.updatedAt) },
];

/**
 * The cases that the person may see and the filters let through, as a file: `Reading.export`. CSV is written while it is
 * sent, page by page.
 * @throws Refused `invalid` for an XLSX of more than `MOST_IN_XLSX` rows
 */
export async function exportCases(needs: Needs, words: ExportWords, actor: Staff): Promise<TableFile> {
  const { format, language } = words;
  const say = (both: Words): string => inLanguage(both, language);
  const headings = COLUMNS.map(({ heading }) => say(heading));
  const pages = pagesOf(needs, words, actor, language);
  const file = {
    fileName: `cases-${houseDate(needs.clock())}.${format}`,
    mediaType: MEDIA_TYPES[format],
  };
  if (format === 'csv') {
    // The first page before anything is answered: if it cannot be read, that is an error and not an empty file.
    const first = await pages.next();
    let count = 0;
    const shown = (rows: Cell[][]): string => {
      count += rows.length;
      return csvRows(rows);
    };
    const written = async function* () {
      yield BYTE_ORDER_MARK + csvRows([headings]);
      if (!first.done) yield shown(first.value);
      for await (const rows of pages) yield shown(rows);
    };
    return { ...file, content: Readable.from(written()), rows: () => count };
  }
  const rows: Cell[][] = [];
  for await (const page of pages) {
    rows.push(...page);
    if (rows.length > MOST_IN_XLSX) throw tooManyForXlsx();
  }
  const sheet = await xlsxFile(say({ zh: '案件', en: 'cases' }), headings, rows);
  return { ...file, content: Readable.from([sheet]), rows: () => rows.length };
}

const tooManyForXlsx = () =>
  invalid([
    {
      path: 'format',
      words: {
        zh: `xlsx 最多 ${MOST_IN_XLSX} 行；请加筛选条件，或用 csv`,
        en: `xlsx takes ${MOST_IN_XLSX} rows at most; filter further, or take csv`,
      },
    },
  ]);

/**
 * The rows, a page at a time; that somebody is shown a phone number or mail address in full is written down first. A case that changes meanwhile, and so its place in the order, is not written twice.
 */
async function* pagesOf(
  { cases, reads, policies, clock }: Needs,
  { format: _format, language: _language, sort, ...filters }: ExportWords,
  actor: Staff,
  language: Language,
): AsyncGenerator<Cell[][]> {
  const { id, team, role } = actor;
  const query = {
    ...filtersIn(filters, actor, clock()),
    sort,
    limit: PAGE,
    scope: { kind: 'staff', id, team, role },
  } as const;
  const say = (both: Words): string => inLanguage(both, language);
  const written = new Set<string>();
  for (let cursor: string | undefined; ;) {
    const page = await cases.list({ ...query, cursor });
    const fresh = page.items.filter(({ caseNo }) => !written.has(caseNo));
    for (const { caseNo } of fresh) written.add(caseNo);
    const shown = fresh.filter(({ state, contact }) => mayCall(actor, state) && Object.keys(contact).length > 0);
    await reads.lookAtContacts(
      id,
      shown.map(({ caseNo }) => caseNo),
    );
    const rows = fresh.map(async (item): Promise<Cell[]> => {
      const { state, contact } = item;
      const policy = await policies.version(state.policyVersion);
      const clockDue = item.nextDueClock === undefined ? undefined : state.clocks[item.nextDueClock];
      const open = mayCall(actor, state);
      const { phone, email } = contact;
      const row: Row = {
        item,
        due: clockDue && promiseWords(clockDue, policy),
        waits: waitsFor(state, policy),
        phone: phone === undefined || open ? phone : maskPhone(phone),
        email: email === undefined || open ? email : maskEmail(email),
      };
      return COLUMNS.map(({ value }) => value(row, say) ?? null);
    });
    yield await Promise.all(rows);
    if (page.next === undefined) return;
    cursor = page.next;
  }
}
