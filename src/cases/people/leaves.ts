import { isUuid } from '../../domain/basics/ids';
import type { Fault } from '../../domain/basics/faults';
import { atLeast, type Staff } from '../../domain/case/permissions';
import type { Stores } from '../../db';
import { forbidden, invalid, notFound } from '../refused';
import type { StaffDirectory } from '../access/staff';
import type { Leave } from './answers';
import { endsBeforeItBegins, fault, instantOf, nobody } from './given';

/** A leave to be recorded; `from` and `to` are date-times with their offset. */
export interface WantedLeave {
  /** Absent: whoever asks. */
  userId?: string;
  from: string;
  to: string;
  /** Who stands in for them. */
  deputy?: string;
}

interface Needs {
  roster: Pick<Stores['roster'], 'leaves' | 'leave' | 'addLeave' | 'removeLeave'>;
  staff: Pick<StaffDirectory, 'find'>;
}

/** Leaves of staff: the part of `Roster` about them. */
export class Leaves {
  constructor(private readonly needs: Needs) {}

  /** Leaves that lie in the span at least in part, of one person or of all. */
  touching(filter: { userId?: string; from?: string; to?: string }): Promise<Leave[]> {
    return this.needs.roster.leaves({
      userId: filter.userId,
      from: filter.from === undefined ? undefined : instantOf(filter.from),
      to: filter.to === undefined ? undefined : instantOf(filter.to),
    });
  }

  /** Records a leave: one's own, or as a supervisor or above anybody's. See `Roster.addLeave`. */
  async add(wanted: WantedLeave, by: Staff): Promise<Leave> {
    const { roster, staff } = this.needs;
    const userId = wanted.userId ?? by.id;
    if (userId !== by.id && !atLeast(by, 'supervisor')) throw forbidden('supervisor');
    const [from, to] = [instantOf(wanted.from), instantOf(wanted.to)];
    const faults: Fault[] = [];
    const user = await staff.find(userId);
    if (!user?.active) faults.push(nobody('userId'));
    if (to <= from) faults.push(endsBeforeItBegins('to'));
    if (wanted.deputy === userId) {
      faults.push(fault('deputy', '不能代理自己', 'nobody stands in for themselves'));
    } else if (wanted.deputy !== undefined) {
      const deputy = await staff.find(wanted.deputy);
      if (!deputy?.active) faults.push(nobody('deputy'));
      else if (deputy.role === 'auditor') {
        faults.push(
          fault('deputy', '审计员不办案件，不能代理', 'an auditor works on no cases and stands in for nobody'),
        );
      }
    }
    if (faults.length > 0) throw invalid(faults);
    const leave = await roster.addLeave({ userId, from, to, deputy: wanted.deputy, createdBy: by.id });
    if (!leave) {
      throw invalid([fault('from', '与已登记的请假重叠', 'overlaps a leave that is on record already')]);
    }
    return leave;
  }

  /** Deletes a leave: one's own, or as a supervisor or above anybody's. @throws Refused `notFound`, `forbidden` */
  async remove(id: string, by: Staff): Promise<void> {
    const { roster } = this.needs;
    const leave = isUuid(id) ? await roster.leave(id) : undefined;
    if (!leave) throw notFound({ zh: '请假', en: 'leave' });
    if (leave.userId !== by.id && !atLeast(by, 'supervisor')) throw forbidden('supervisor');
    await roster.removeLeave(id);
  }
}
