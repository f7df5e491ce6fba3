import { type OpenAPIObject } from '@nestjs/swagger';
import { operationIdOf } from './operation-id.js';

export const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>;
type Response = Exclude<NonNullable<Operation['responses'][string]>, { $ref: string }>;

/** Descriptions of path parameters. They have no example, so that the field of Swagger UI is empty for pasting. */
const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  workspaceId: 'Id of the workspace, `wsp_…`.',
  sourceId: 'Id of the source, `src_…`.',
  writeKeyId: 'Id of the write key, `wkey_…`; not its value.',
  destinationId: 'Id of the destination, `dst_…`.',
  connectionId: 'Id of the connection, `con_…`.',
  tokenId: 'Id of the token, `tok_…`; not its value.',
  deadLetterId: 'Id of the dead letter, `dl_…`.',
  replayId: 'Id of the replay, `rpl_…`.',
  auditId: 'Id of the entry, `aud_…`.',
  type: 'Type of destination, such as `webhook`.',
};

const MEANINGS: Readonly<Record<string, string>> = {
  '200': 'Done.',
  '201': 'Created. `Location` has its path.',
  '204': 'Deleted.',
};

/** An operation of a document, with its route. */
export interface Routed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export const operationsOf = ({ paths }: OpenAPIObject): Routed[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method, path, operation }] : [];
    }),
  );

/**
 * Adds to an operation what many share and no controller repeats: its id, that it needs no key unless it names one, the
 * meaning of path parameters, and the 431 that every route has.
 */
export function completeOperation({ method, path, operation }: Routed): void {
  operation.operationId = operationIdOf(method, path);
  operation.security ??= [];
  for (const parameter of operation.parameters ?? [])
    if (!('$ref' in parameter)) completeParameter(path, parameter);
  const statuses = Object.keys(operation.responses);
  for (const status of statuses) {
    const response = operation.responses[status] as Response;
    if (response.description === '') response.description = MEANINGS[status] ?? 'The answer.';
  }
  if (!statuses.some((status) => status.startsWith('4'))) operation.responses['431'] = tooLarge();
}

/**
 * Moves the example of an optional filter under `/admin` into its description: Swagger UI would fill it in and send it, and
 * a first try of a list would come back empty. Required parameters and those of pixels keep theirs.
 */
function completeParameter(path: string, parameter: Parameter): void {
  if (parameter.in === 'path') {
    const description = PATH_PARAMETERS[parameter.name];
    if (description !== undefined) parameter.description ??= description;
  }
  const { schema } = parameter;
  const isFilter = path.startsWith('/admin/') && parameter.in === 'query' && parameter.required !== true;
  if (!isFilter || schema === undefined || '$ref' in schema) return;
  const example = (parameter.example ?? schema.example) as string | number | undefined;
  delete parameter.example;
  delete schema.example;
  if (example === undefined) return;
  parameter.description = `${parameter.description ?? ''} Example: \`${example}\`.`.trim();
}

/** Node's HTTP parser answers this before any route is known (`refuse-connection.ts`). */
const tooLarge = (): Response => ({
  description: 'The address and the headers are too large together.',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['success', 'message', 'code'],
        properties: {
          success: { type: 'boolean' },
          message: { type: 'string' },
          code: { type: 'string', enum: ['headers_too_large'] },
        },
      },
      example: {
        success: false,
        message: 'The address and the headers are too large',
        code: 'headers_too_large',
      },
    },
  },
});
