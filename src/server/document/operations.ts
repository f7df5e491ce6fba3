import { type OpenAPIObject } from '@nestjs/swagger';

export const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>;
type Response = Exclude<NonNullable<Operation['responses'][string]>, { $ref: string }>;

/** What each parameter of a path is; without an example, so that the field to paste it into is empty. */
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
  '201': 'It is made; `Location` says where it is.',
  '204': 'It is gone.',
};

/** All operations of a document, with their paths. */
export const operationsOf = ({ paths }: OpenAPIObject): (readonly [path: string, operation: Operation])[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [[path, operation] as const] : [];
    }),
  );

/**
 * Says what is true of many operations and is not said at each: who needs no key, what the parameters of a path are, and
 * which refusal even a route that refuses nothing has.
 */
export function completeOperation(path: string, operation: Operation): void {
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
 * Whoever tries a list gets all of it: the example of an optional filter would stand in its field and be sent, so under
 * `/admin` it is shown in the text instead. Pixels want theirs sent, and so does what must be given.
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

/** Answered by the parser of HTTP itself, before there is a route (`refuse-connection.ts`). */
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
