import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Route } from '../../../src/http/api/route';
import { openApi, openApiPath } from '../../../src/http/openapi';

interface Operation {
  responses: Record<string, { content: Record<string, object> } | undefined>;
}
interface Document {
  components: { schemas: Record<string, object> };
  paths: Record<string, Record<string, Operation | undefined>>;
}

export interface Seen {
  method: string;
  /** As called, with its query. */
  path: string;
  status: number;
  contentType: string;
  body: unknown;
}

const pointer = (...steps: string[]): string =>
  steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/**
 * Holds every answer against the document that is published for it: a status that is not described, another media type, a
 * field that the schema does not know or a message in one language only is a fault of the contract.
 */
export function contractOf(routes: readonly Route[], publicUrl: string): (seen: Seen) => string | undefined {
  const document = openApi(routes, publicUrl) as unknown as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats(ajv);
  ajv.addSchema(document, 'openapi');
  // The large ones now, and not while the first requests that are answered so are measured: it takes this process a while.
  for (const name of ['Problem', 'Case', 'CaseAfterDecision']) {
    if (document.components.schemas[name]) ajv.getSchema(`openapi#/components/schemas/${name}`);
  }
  const compiled = new Map<string, ValidateFunction>();
  const patterns = routes.map(({ path, method }) => ({
    path: openApiPath(path),
    method,
    // A fixed word before a parameter, as Express takes the first that is written down.
    matches: new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`),
  }));

  return ({ method, path, status, contentType, body }) => {
    const plain = path.split('?', 1)[0] ?? '';
    const route = patterns.find((one) => one.method === method.toLowerCase() && one.matches.test(plain));
    if (!route) return undefined;
    const of = `${method} ${route.path} ${status}`;
    const described = document.paths[route.path]?.[route.method]?.responses[String(status)];
    if (!described) return `${of}: this status is not described`;
    const mediaType = contentType.split(';', 1)[0] ?? '';
    if (!(mediaType in described.content)) return `${of}: ${mediaType} is not described`;
    if (!mediaType.endsWith('json')) return undefined;
    const at = pointer('paths', route.path, route.method, 'responses', String(status), 'content', mediaType, 'schema');
    const validate = compiled.get(at) ?? ajv.compile({ $ref: `openapi#/${at}` });
    compiled.set(at, validate);
    if (!validate(body)) {
      const fault = validate.errors?.[0];
      return `${of}: ${fault?.instancePath} ${fault?.message} ${JSON.stringify(fault?.params)}`;
    }
    const errors = (body as { errors?: { path: string; message: string }[] } | null)?.errors;
    const inOne =
      mediaType === 'application/problem+json' && errors?.find(({ message }) => !/\p{Script=Han}/u.test(message));
    return inOne ? `${of}: ${inOne.path} "${inOne.message}" is not in both languages` : undefined;
  };
}
