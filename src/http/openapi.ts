import type { z } from 'zod';
import { componentsOf, schemaOf, schemaRef } from './api/json-schema';
import { isGuessable, needsStaff, takesCode, takesStaff, type Route } from './api/route';
import { namedSchemas, Problem } from './api/schemas';
import { WEBHOOK_MESSAGES } from './api/webhooks';
import { house } from '../house';

type Json = Record<string, unknown>;

/** A reference where the schema has a name among the components, else the schema itself. */
const refOrSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const name = namedSchemas.get(schema);
  return name === undefined ? schemaOf(schema, io) : { $ref: schemaRef(name) };
};

/** Every `:name` of the path. */
const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));

/** The fields of the query's schema; and the access code, as a query or a header, where the route takes one. */
function queryParameters(route: Route): Json[] {
  const parameters: Json[] = [];
  if (route.query) {
    const { properties = {}, required = [] } = schemaOf(route.query, 'input') as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    for (const [name, { description, ...schema }] of Object.entries(properties)) {
      parameters.push({ name, in: 'query', required: required.includes(name), description, schema });
    }
  }
  if (takesCode(route.access)) {
    const description = "the customer's access code";
    const schema = { type: 'string', maxLength: 64 };
    parameters.push(
      { name: 'code', in: 'query', required: false, description, schema },
      {
        name: 'X-Access-Code',
        in: 'header',
        required: false,
        description: `${description}, instead of \`code\``,
        schema,
      },
    );
  }
  return parameters;
}

function requestBody(route: Route): Json | undefined {
  if (route.multipart) {
    const fields = Object.entries(route.multipart.fields).map(([name, description]) => [
      name,
      { type: 'string', description },
    ]);
    const schema = {
      type: 'object',
      properties: {
        file: { type: 'string', contentMediaType: 'application/octet-stream', description: route.multipart.file },
        ...Object.fromEntries(fields),
      },
      required: ['file'],
      additionalProperties: false,
    };
    return { required: true, content: { 'multipart/form-data': { schema } } };
  }
  if (route.raw) {
    const { about, schema } = route.raw;
    return {
      required: true,
      content: { 'application/json': { schema: schema ? refOrSchema(schema, 'input') : { description: about } } },
    };
  }
  return (
    route.body && { required: true, content: { 'application/json': { schema: refOrSchema(route.body, 'input') } } }
  );
}

/** An answer that is an error. */
const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: refOrSchema(Problem, 'output') } },
});

/**
 * The errors that follow from a route's access, path and body. What the route itself says of a status replaces them.
 */
function commonFailures(route: Route): Record<string, string> {
  const hasBody = route.body !== undefined || route.multipart !== undefined || route.raw !== undefined;
  const tooMany = [
    ...(takesStaff(route.access) ? ['wrong tokens'] : []),
    ...(isGuessable(route) ? ['wrong codes or links'] : []),
  ];
  return {
    ...(hasBody || route.path.includes(':') ? { 400: 'Malformed' } : {}),
    ...(takesStaff(route.access) ? { 401: 'No valid bearer token' } : {}),
    ...(needsStaff(route.access) && (route.access !== 'colleague' || route.method !== 'get')
      ? { 403: 'Not for your role' }
      : {}),
    ...(hasBody ? { 408: 'The body came too slowly', 413: 'The body is too large', 415: 'Another content type' } : {}),
    ...(tooMany.length > 0 ? { 429: `Too many ${tooMany.join(' or ')} from your address; right ones go on` } : {}),
    422: 'Fields that are not as they should be; each is named',
    500: 'A fault of ours',
    503: 'Postgres or Temporal is away, nothing was stored; `Retry-After` says when to come again',
  };
}

function responses(route: Route): Json {
  const all: Record<string, Json> = {};
  for (const [status, about] of Object.entries(commonFailures(route))) all[status] = problem(about);
  for (const [status, { about, schema, mediaType = 'application/json' }] of Object.entries(route.answers)) {
    all[status] =
      Number(status) >= 400 && !schema
        ? problem(about)
        : {
            description: about,
            content: Object.fromEntries(
              [mediaType].flat().map((type) => [type, { schema: schema ? refOrSchema(schema, 'output') : {} }]),
            ),
          };
  }
  return all;
}

/** Who may call, for OpenAPI: a list of alternatives, of which `{}` is nobody in particular. */
function security(route: Route): Json[] {
  const staff = takesStaff(route.access) ? [{ bearer: [] }] : [];
  const code = takesCode(route.access) ? [{ accessCode: [] }] : [];
  return needsStaff(route.access) || code.length > 0 ? [...staff, ...code] : [...staff, {}];
}

const roleNote = (route: Route): string | undefined =>
  needsStaff(route.access)
    ? route.access === 'colleague'
      ? `For all staff${route.method === 'get' ? '' : ' but auditors'}.`
      : `For the role ${route.access} and higher${route.method === 'get' ? ', and auditors' : ''}.`
    : undefined;

/** What we send to receivers of webhooks, as they would describe it. */
function webhooks(): Record<string, Json> {
  const headers = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
    name,
    in: 'header',
    required: true,
    schema: { type: 'string' },
  }));
  return Object.fromEntries(
    WEBHOOK_MESSAGES.map(({ name, about, schema }) => [
      name,
      {
        post: {
          operationId: `webhook_${name.replace('.', '_')}`,
          tags: ['webhooks'],
          summary: about,
          parameters: headers,
          requestBody: { required: true, content: { 'application/json': { schema: refOrSchema(schema, 'output') } } },
          responses: {
            '2XX': { description: 'Taken. Anything else is tried again for 72 hours under the same `webhook-id`' },
            410: { description: 'Not wanted any more: the receiver is switched off' },
          },
        },
      },
    ]),
  );
}

/** `/api/cases/:caseNo` as OpenAPI writes it: `/api/cases/{caseNo}`. */
export const openApiPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

/**
 * The OpenAPI 3.1 document, made from the same table as the server, so that the two cannot differ.
 * @param publicUrl the address under which clients reach the API
 */
export function openApi(routes: readonly Route[], publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = openApiPath(route.path);
    const headers = Object.entries(route.headers ?? {}).map(([name, { about, schema }]) => ({
      name,
      in: 'header',
      required: false,
      description: about,
      schema,
    }));
    paths[path] = {
      ...paths[path],
      [route.method]: {
        operationId: route.id,
        tags: [route.tag],
        summary: route.summary,
        description: roleNote(route),
        parameters: [...pathParameters(route.path), ...queryParameters(route), ...headers],
        requestBody: requestBody(route),
        responses: responses(route),
        security: security(route),
      },
    };
  }
  // The schema of a body is described as it is sent, any other as it is answered; one that serves as both, as it is
  // sent.
  const bodies = new Set<z.ZodType>(routes.flatMap((route) => route.body ?? []));
  const isBody = ([schema]: readonly [z.ZodType, string]): boolean => bodies.has(schema);
  const schemas = {
    ...componentsOf([...namedSchemas].filter(isBody), 'input'),
    ...componentsOf(
      [...namedSchemas].filter((one) => !isBody(one)),
      'output',
    ),
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Redress · 投诉闭环',
      version: '1',
      description: `Customer complaints as durable workflows. Errors are \`application/problem+json\` (RFC 9457), times are ISO 8601 in UTC, amounts are ${house().currency}; a date without a time begins at 00:00 in ${house().zone}.`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    tags: [
      { name: 'complaints', description: 'Filing and following a complaint, for customers' },
      { name: 'links', description: "Customers' links that answer once" },
      { name: 'cases', description: 'Cases, for staff' },
      { name: 'decisions', description: 'Decisions in a case; the workflow judges each' },
      { name: 'house', description: 'Policies, corrective actions, reports' },
      { name: 'roster', description: 'Staff, leave, shifts, and the cases that wait for somebody to be free' },
      { name: 'webhooks', description: 'Other systems that are told what happens to cases (Standard Webhooks)' },
      {
        name: 'rooms',
        description: 'Group chats of staff (WeCom, DingTalk, Feishu, Slack, Teams) that are told of cases',
      },
      {
        name: 'platforms',
        description:
          'Accounts at platforms whose customers complain there (WeChat Pay, Alipay, mini-programs, WeChat Store)',
      },
      {
        name: 'trackers',
        description:
          'Trackers of other departments (GitHub issues, Jira, Trello, Asana, Bugzilla), to which requests for help go',
      },
      { name: 'library', description: 'What solved cases have taught' },
      {
        name: 'care',
        description:
          'Suggestions of customers and staff, and customers who are looked after when their complaint is over',
      },
      { name: 'operation', description: 'Health, metrics, codec' },
    ],
    paths,
    webhooks: webhooks(),
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of `npm run token`' },
        accessCode: { type: 'apiKey', in: 'header', name: 'X-Access-Code' },
      },
    },
  };
}
