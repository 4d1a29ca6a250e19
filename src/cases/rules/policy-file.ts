/**
 * A policy as one file, to be taken from one installation to another.
 * @module
 */
import type { PolicyFault } from '../../domain/policy/check';
import { packNamed } from '../../domain/policy/packs';
import type { Policy } from '../../domain/policy/schema';
import { POLICY_FORMAT, POLICY_FORMAT_VERSION, type PolicyFile } from './answers';
import { isObject, refusedFor } from './policy-checking';

/** The file of a policy: the document with its calendars, its version here, and the packs its clocks were taken from. */
export function writePolicyFile({ version, ...policy }: Policy): PolicyFile {
  const taken = new Set((policy.clocks ?? []).flatMap(({ pack }) => (pack === undefined ? [] : [pack])));
  const packs = [...taken].flatMap((name) => {
    const [id = '', number] = name.split('@');
    const pack = packNamed(id);
    return pack ? [{ id, version: Number(number ?? pack.version), name: pack.name, source: pack.source }] : [];
  });
  return { format: POLICY_FORMAT, formatVersion: POLICY_FORMAT_VERSION, version, policy, packs };
}

/** Every field that a file may have. */
const FIELDS: ReadonlySet<string> = new Set(['format', 'formatVersion', 'version', 'policy', 'packs', 'title']);

/**
 * The document in a file, and the title for the draft made of it. The document itself is not checked.
 * @throws Refused `invalid`, field by field, if it is not such a file or of another format version
 */
export function readPolicyFile(file: Record<string, unknown>): { title: string; policy: Record<string, unknown> } {
  const faults: PolicyFault[] = [];
  if (file.format !== POLICY_FORMAT) {
    faults.push({
      path: 'format',
      words: {
        zh: `不是导出的规则文件（须为 ${POLICY_FORMAT}）`,
        en: `is no exported policy: must be ${POLICY_FORMAT}`,
      },
    });
  }
  if (file.formatVersion !== POLICY_FORMAT_VERSION) {
    faults.push({
      path: 'formatVersion',
      words: {
        zh: `这个版本只能读取格式 ${POLICY_FORMAT_VERSION}`,
        en: `this release reads format ${POLICY_FORMAT_VERSION} only`,
      },
    });
  }
  if (!isObject(file.policy)) {
    faults.push({ path: 'policy', words: { zh: '须为一份规则', en: 'must be a policy' } });
  }
  for (const key of Object.keys(file)) {
    if (!FIELDS.has(key)) faults.push({ path: key, words: { zh: '没有这个字段', en: 'is not known here' } });
  }
  if (faults.length > 0 || !isObject(file.policy)) throw refusedFor(faults);
  const { version: _version, ...policy } = file.policy;
  const names = [file.title, policy.name].filter((text) => typeof text === 'string');
  return { title: (names.find((text) => text.trim() !== '') ?? 'import').slice(0, 80), policy };
}
