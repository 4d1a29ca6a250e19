import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Route } from '../../../src/http/api/route';
import { openApi, openApiPath } from '../../../src/http/openapi';

interface Operation {
  responses: Record<string, { content: Record<string, object> } | undefined>;
}
interface Document {
  paths: Record<string, Record<string, Operation | undefined>>;
}

/** A request and its answer. */
export interface Seen {
  method: string;
  /** As it was called, with the query. */
  path: string;
  status: number;
  contentType: string;
  body: unknown;
}

/** A JSON pointer, as part of a URI. */
const pointer = (...steps: string[]): string =>
  steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

type Contract = (seen: Seen) => string | undefined;

/** By their addresses: to compile the schemas takes half a second, and a suite may build an API for each of its tests. */
const contracts = new Map<string, Contract>();

/**
 * Compares answers with the published OpenAPI document. It breaks the contract to answer with a status or media type
 * that is not described, with a field that the schema does not know, or with an error message in one language only.
 * @returns a function that says what is wrong with an answer; undefined when it is right, or its
 *   address is not of the API
 */
export function contractOf(routes: readonly Route[], publicUrl: string): Contract {
  const key = [publicUrl, ...routes.map(({ method, path }) => `${method} ${path}`)].join('\n');
  const contract = contracts.get(key) ?? compiled(routes, publicUrl);
  contracts.set(key, contract);
  return contract;
}

function compiled(routes: readonly Route[], publicUrl: string): Contract {
  const document = openApi(routes, publicUrl) as unknown as Document;
  // Made to be quick to compile: most of the time would go into shorter code for schemas that are used a few times.
  const ajv = new Ajv2020({ strict: false, allErrors: false, code: { optimize: false } });
  addFormats(ajv);
  ajv.addSchema(document, 'openapi');
  const validators = new Map<string, ValidateFunction>();
  const patterns = routes.map(({ path, method }) => ({
    path: openApiPath(path),
    method,
    // As in Express the first route that matches is taken, so the order of `routes` decides.
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
    const validate = validators.get(at) ?? ajv.compile({ $ref: `openapi#/${at}` });
    validators.set(at, validate);
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
