import { status } from '@grpc/grpc-js';
import { defineSearchAttributeKey, type SearchAttributeKey } from '@temporalio/common/lib/search-attributes';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES, type SearchAttributeName } from '../domain/basics/search-attributes';

type Keys = { [N in SearchAttributeName]: SearchAttributeKey<(typeof SEARCH_ATTRIBUTES)[N]> };

/** Typed keys, by name. */
export const searchAttributeKeys = Object.fromEntries(
  Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, defineSearchAttributeKey(name, type)]),
) as Keys;

const { IndexedValueType } = temporal.api.enums.v1;
const indexedType = (name: SearchAttributeName) =>
  IndexedValueType[`INDEXED_VALUE_TYPE_${SEARCH_ATTRIBUTES[name]}` as const];

/** What both `Connection` and `NativeConnection` offer. */
interface Operator {
  operatorService: Pick<
    temporal.api.operatorservice.v1.OperatorService,
    'listSearchAttributes' | 'addSearchAttributes'
  >;
}

/**
 * Registers what is missing in the namespace: a start or upsert with an unknown attribute is refused and the case would
 * hang. Run by every worker at its start; of several at once one registers and the others find it done.
 */
export async function ensureSearchAttributes({ operatorService }: Operator, namespace: string): Promise<void> {
  const customAttributes = await registered(operatorService, namespace);
  const names = Object.keys(SEARCH_ATTRIBUTES) as SearchAttributeName[];
  const wrong = names.filter((name) => (customAttributes[name] ?? indexedType(name)) !== indexedType(name));
  if (wrong.length > 0) {
    throw new Error(`Namespace ${namespace} has search attributes of another type: ${wrong.join(', ')}`);
  }
  const missing = names.filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, indexedType(name)])),
    });
  } catch (error) {
    if ((error as { code?: number }).code !== status.ALREADY_EXISTS) throw error;
  }
}

async function registered(operatorService: Operator['operatorService'], namespace: string) {
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    return customAttributes ?? {};
  } catch (error) {
    // The time-skipping test server can register but not list.
    if ((error as { code?: number }).code === status.UNIMPLEMENTED) return {};
    throw error;
  }
}
