import { mayCall, worksOn, type Staff } from '../../domain/case/permissions';
import type { Words } from '../../domain/basics/types';
import type { Stores } from '../../db';
import { pageOf } from '../paging';
import { mustRead, Refused } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { ContactShown, Look } from './answers';
import type { VisibleCases } from './visible';

/** The most looks of one page. */
const PAGE = 200;

interface Needs {
  stores: Pick<Stores, 'reads'>;
  visible: VisibleCases;
  staff: Pick<StaffDirectory, 'names' | 'words'>;
}

/** Who looked at a case, for those who lead and auditors: `Reading.looks`. */
export async function looksAt(
  { stores, visible, staff }: Needs,
  caseNo: string,
  actor: Staff,
  before?: number,
): Promise<{ items: Look[]; next?: number }> {
  await visible.see(caseNo, actor);
  mustRead(actor, 'supervisor');
  const { page, ...rest } = pageOf(await stores.reads.list(caseNo, PAGE + 1, before), PAGE);
  const names = await staff.names(page.map(({ userId }) => userId));
  const items = page.map(({ userId: id, kind, at, seq }) => ({
    by: { id, name: names.get(id) ?? id },
    kind,
    at,
    ...(seq > 0 && { seq }),
  }));
  return { items, ...rest };
}

/** The customer's phone number and mail address in full, once the look is written down: `Reading.contact`. */
export async function contactOf(
  { visible, staff }: Pick<Needs, 'visible' | 'staff'>,
  caseNo: string,
  actor: Staff,
): Promise<ContactShown> {
  const { record, state } = await visible.see(caseNo, actor);
  if (!mayCall(actor, state) && !worksOn(actor, state)) {
    const owner = state.owner ? await staff.words(state.owner.id) : SOMEBODY;
    throw new Refused('forbidden', 'contact_kept', {
      zh: `电话和邮箱只给办理这件案件的人和主管看；有话要告诉客户，请找${owner.zh}`,
      en: `phone and e-mail are shown to those who handle the case and to those who lead; to reach the customer, ask ${owner.en}`,
    });
  }
  await visible.look(record, actor, { contact: true });
  const { phone, email, preferredChannel } = record.customer;
  return { phone, email, preferredChannel };
}

const SOMEBODY: Words = { zh: '主管', en: 'a supervisor' };
