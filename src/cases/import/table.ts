/**
 * A file as a table, by what stands in it: its name is not asked.
 * @module
 */
import { csvRows, textOf } from './csv';
import { FileFault, type Table } from './fault';
import { headed } from './heading';
import { looksLikeJson, ticketTable } from './tickets';
import { xlsxRows } from './xlsx';

/** @throws FileFault if it cannot be read; rows further down may throw it later */
export async function tableOf(bytes: Buffer): Promise<Table> {
  if (bytes.length === 0)
    throw new FileFault('empty', { zh: '文件是空的，请重新导出', en: 'it is empty; export it again' });
  if (bytes.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))) {
    throw new FileFault('old_format', {
      zh: '是旧式 .xls 或加了密码的文件；请去掉密码，另存为 .xlsx 再上传',
      en: 'it is an old .xls, or protected by a password; save it as .xlsx without one and upload that',
    });
  }
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    const { rows, merged } = await xlsxRows(bytes);
    return { format: 'xlsx', ...(await headed(rows, merged)) };
  }
  const text = await textOf(bytes);
  if (looksLikeJson(text)) return ticketTable(text);
  return { format: 'csv', ...(await headed(csvRows(text))) };
}
