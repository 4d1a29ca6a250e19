import type { Policy } from './schema';
import type { Words } from '../basics/types';

/** What the usual departments are called, unless the policy in force names them. The ids are teams of staff. */
const USUAL: Readonly<Record<string, Words>> = {
  'after-sales': { zh: '售后部', en: 'After-sales' },
  quality: { zh: '质量部', en: 'Quality' },
  logistics: { zh: '物流部', en: 'Logistics' },
  product: { zh: '产品部', en: 'Product' },
  sales: { zh: '销售部', en: 'Sales' },
  finance: { zh: '财务部', en: 'Finance' },
  legal: { zh: '法务部', en: 'Legal' },
  it: { zh: '信息技术部', en: 'IT' },
};

/** The name of a department in both languages: from the policy, else the usual one, else its id. */
export const departmentWords = (id: string, policy?: Pick<Policy, 'departments'>): Words =>
  policy?.departments?.find((department) => department.id === id)?.name ??
  (Object.hasOwn(USUAL, id) ? USUAL[id] : undefined) ?? { zh: id, en: id };

const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

/**
 * The department that a text means, by its id or by its name in either language (物流部, also 物流); undefined if none is
 * called so.
 */
export function departmentCalled<D extends { id: string; name: Words }>(
  text: string,
  departments: readonly D[],
): D | undefined {
  const wanted = plain(text);
  const short = (name: string): string => plain(name).replace(/部门?$/, '');
  return (
    departments.find(({ id }) => plain(id) === wanted) ??
    departments.find(({ name }) => [plain(name.zh), plain(name.en), short(name.zh)].includes(wanted))
  );
}
