import { type OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from './operations.js';

const PROBLEM = 'application/problem+json';

/**
 * Moves the problem responses into the components, under names of their codes such as `ConflictOrDuplicate`. Some fifty
 * operations share a few of them, and would otherwise repeat each in full.
 */
export function shareProblems(document: OpenAPIObject): void {
  const shared: NonNullable<NonNullable<OpenAPIObject['components']>['responses']> = {};
  for (const {
    operation: { responses },
  } of operationsOf(document)) {
    for (const [status, response] of Object.entries(responses)) {
      if (response === undefined || '$ref' in response) continue;
      const codes = Object.keys(response.content?.[PROBLEM]?.examples ?? {});
      if (codes.length === 0) continue;
      const name = codes.map(nameOf).sort().join('Or');
      shared[name] = response;
      responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  document.components = { ...document.components, responses: shared };
}

const nameOf = (code: string): string =>
  code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
